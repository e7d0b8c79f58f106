/* host_vm.h - the trusted Lua state: command line, compiler, tools, models.
 *
 * Floor:  lua.   Memory: owned by who opened it; close with vm_close.
 */
#pragma once
#include "lua/engine.h"

bool host_vm_open(Vm *vm, Engine *engine, uv_loop_t *loop, const Seam *seam, Err *err);

/* Runs the command line in a fiber and the loop until it has ended; returns the exit code. */
int host_vm_main(Vm *vm, int argc, char **argv);

