/* server.h - a Python server of tests/fake, alive as long as its standard input is open.
 *
 *     Server server;
 *     if (!server_open(&server, "tests/fake/http_server.py")) ...
 *     server_close(&server);
 */
#pragma once
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct { int in; pid_t pid; int port, refused; } Server;

static inline bool server_open(Server *server, const char *script) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return false;
    server->pid = fork();
    if (server->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execlp("python3", "python3", script, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    server->in = in[1];
    FILE *lines = fdopen(out[0], "r");
    bool good = lines && fscanf(lines, "%d %d", &server->port, &server->refused) == 2;
    if (lines) fclose(lines);
    return good;
}

static inline void server_close(Server *server) {
    close(server->in);
    waitpid(server->pid, NULL, 0);
}
