/* boot.h - opens the rooms in floor order, runs the command line, closes in reverse.   Floor: host. */
#pragma once

/* Returns the exit code of the process. */
int boot(int argc, char **argv);
