package cel

import (
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// The two lowest open flags are a number; O_PATH opens neither for reading nor
// for writing. Both are the same on every architecture.
const (
	accessMode = 0o3
	writeOnly  = 0o1
	readWrite  = 0o2
	pathOnly   = 0o10000000
)

// functions are ours, beside CEL's own.
func functions() []cel.EnvOption {
	return []cel.EnvOption{
		cel.Function(fnHasFlag, cel.Overload("hasFlag_int_int", []*cel.Type{cel.IntType, cel.IntType}, cel.BoolType,
			cel.BinaryBinding(func(v, flag ref.Val) ref.Val {
				return types.Bool(hasFlag(int64(v.(types.Int)), int64(flag.(types.Int))))
			}))),
		onFlags("isRead", isRead),
		onFlags("isWrite", isWrite),
		onText("basename", types.StringType, func(s string) ref.Val { return types.String(basename(s)) }),
		cel.ASTValidators(noZeroFlag{}),
	}
}

const fnHasFlag = "hasFlag"

func hasFlag(n, flag int64) bool { return flag != 0 && n&flag == flag }

func isRead(n int64) bool {
	return n&pathOnly == 0 && (n&accessMode == 0 || n&accessMode == readWrite)
}

func isWrite(n int64) bool {
	return n&pathOnly == 0 && (n&accessMode == writeOnly || n&accessMode == readWrite)
}

func basename(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

func onFlags(name string, f func(int64) bool) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_int", []*cel.Type{cel.IntType}, cel.BoolType,
		cel.UnaryBinding(func(v ref.Val) ref.Val { return types.Bool(f(int64(v.(types.Int)))) })))
}

// noZeroFlag refuses hasFlag(x, O_RDONLY): 0 is no flag, so that the answer
// would never be what the writer meant.
type noZeroFlag struct{}

// Name implements cel.ASTValidator.
func (noZeroFlag) Name() string { return "tracehound.zero_flag" }

// Validate implements cel.ASTValidator.
func (noZeroFlag) Validate(_ *cel.Env, _ cel.ValidatorConfig, a *ast.AST, issues *cel.Issues) {
	for _, call := range ast.MatchDescendants(ast.NavigateAST(a), ast.FunctionMatcher(fnHasFlag)) {
		flag := call.AsCall().Args()[1]
		zero := flag.Kind() == ast.LiteralKind && flag.AsLiteral() == types.IntZero
		if r, ok := a.ReferenceMap()[flag.ID()]; ok && r.Value == types.IntZero {
			zero = true
		}
		if zero {
			issues.ReportErrorAtID(flag.ID(), "this flag is 0, which no number has: use isRead for O_RDONLY, == 0 for others")
		}
	}
}
