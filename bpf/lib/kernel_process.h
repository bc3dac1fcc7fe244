/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Kernel types that only the programs about processes read; see kernel.h. */
#pragma once

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct subprocess_info {
	const char *path;
	char **argv, **envp;
};

typedef struct {
	unsigned long sig[1];
} sigset_t;

struct sigaction {
	void *sa_handler;
	unsigned long sa_flags;
	sigset_t sa_mask;
};

struct k_sigaction {
	struct sigaction sa;
};

#pragma clang attribute pop
