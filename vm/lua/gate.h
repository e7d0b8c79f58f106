/* gate.h - the last look before an act: may the program that asked do this?
 *
 *     gate_check(L, "fs.write", "/tmp/report.txt");    // raises { code = "denied", … } when it may not
 *
 * Called by every binding that touches the world, after its arguments are checked and before
 * it acts. Outside a request (the command line's own work, or what the host does on its
 * own account inside host.trusted) everything is allowed.
 *
 * Floor:  lua.   Thread: loop thread only.
 */
#pragma once
#include <lua.h>
#include <stdbool.h>

/* need: "fs.read", "fs.write", "net", "process", "process.kill", "secret"…; resource: absolute path, host:port, program. */
bool gate_check(lua_State *L, const char *need, const char *resource);
