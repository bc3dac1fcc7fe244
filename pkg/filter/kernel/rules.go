package kernel

import (
	"github.com/tracehound/tracehound/pkg/filter"
	"github.com/tracehound/tracehound/pkg/schema"
)

// rules compiles what policies ask of events. Events that others are made from
// are delivered to whoever wants those, whatever they ask of the event itself.
func (c *Config) rules(f *filter.Filter) {
	b := ruleBuilder{filter: f, config: c, needed: map[schema.ID]Policies{}, all: map[schema.ID]*schema.Event{}}
	plain := len(f.Policies) == 1
	for i := range f.Policies {
		p := &f.Policies[i]
		plain = plain && len(p.Conditions) == 0 && !p.Retval.Enabled()
		for _, e := range p.Events {
			b.all[e.ID] = e
			b.add(e.ID, 1<<i)
			for _, n := range f.Needs(e) {
				b.all[n.ID] = n
				b.add(n.ID, 1<<i)
				b.needed[n.ID] |= 1 << i
			}
		}
	}
	if plain {
		c.Rules = nil
		return
	}
	for id, e := range b.all {
		b.conditions(e, c.Rules[id])
	}
}

type ruleBuilder struct {
	filter *filter.Filter
	config *Config
	needed map[schema.ID]Policies // policies that need the event for another
	all    map[schema.ID]*schema.Event
}

func (b *ruleBuilder) add(id schema.ID, bit Policies) {
	if b.config.Rules == nil {
		b.config.Rules = map[schema.ID]*Rule{}
	}
	if b.config.Rules[id] == nil {
		b.config.Rules[id] = &Rule{}
	}
	b.config.Rules[id].Policies |= bit
}

// conditions adds what the kernel can decide of the policies' conditions on an
// event.
func (b *ruleBuilder) conditions(e *schema.Event, r *Rule) {
	retvals := map[int][]*filter.Numbers{}
	if !filter.FromKernel(e) {
		return
	}
	tables := map[int]*table{}
	for _, index := range b.filter.KernelIndexes(e) {
		r.Arguments = append(r.Arguments, ArgumentRule{Index: index})
		tables[index] = &table{longest: filter.KernelText}
	}
	for i := range b.filter.Policies {
		p, bit := &b.filter.Policies[i], Policies(1)<<i
		if b.needed[e.ID]&bit != 0 || !p.Wants(e.Name) {
			continue
		}
		if n := p.Retvals(e.Name); n != nil {
			retvals[i] = n
			r.Retval |= bit
		}
		for j := range p.Conditions[e.Name] {
			r.argument(&p.Conditions[e.Name][j], i, tables)
		}
	}
	b.config.Numbers = append(b.config.Numbers, numberTable(e.ID, FieldRetval, retvals)...)
	for _, a := range r.Arguments {
		b.config.texts(tables[a.Index], e.ID, FieldArgument+Field(a.Index))
	}
	for i := range r.Arguments {
		r.Arguments[i].Reversed = tables[r.Arguments[i].Index].reversed()
	}
}

// argument adds one condition. What the kernel cannot decide wholly it narrows.
func (r *Rule) argument(c *filter.Condition, policy int, tables map[int]*table) {
	for i := range r.Arguments {
		a := &r.Arguments[i]
		if c.Field == nil || a.Index != c.Index {
			continue
		}
		a.Policies |= 1 << policy
		if c.MatchMissing() {
			a.Missing |= 1 << policy
		}
		tables[c.Index].add(policy, &c.Texts, len(c.Texts.Equal) == 0)
	}
}
