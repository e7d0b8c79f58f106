/* until.c - runs a command until it prints a text, says how long that took, and kills it.
 *
 *     until "step 10001" aios run long.aios         (milliseconds from the start of the process)
 *
 * kill -9, at once: what the command had not made durable is lost, as in a crash. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEPT = 1 << 16 };

extern char **environ;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* false: the command ended, or printed more than is kept, without it */
static int saw(int fd, const char *text) {
    static char kept[KEPT + 1];
    size_t len = 0;
    ssize_t got;
    while (len < KEPT && (got = read(fd, kept + len, KEPT - len)) > 0) {
        len += (size_t)got;
        kept[len] = 0;
        if (strstr(kept, text)) return 1;
    }
    fprintf(stderr, "until: \"%s\" was not printed; the command said: %s\n", text, kept);
    return 0;
}

int main(int argc, char **argv) {
    int ends[2];
    pid_t pid;
    posix_spawn_file_actions_t actions;
    if (argc < 3) return fprintf(stderr, "usage: until TEXT COMMAND...\n"), 2;
    if (pipe(ends)) return perror("until: pipe"), 1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    double began = now_ms();
    int rc = posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ);
    if (rc) return fprintf(stderr, "until: %s: %s\n", argv[2], strerror(rc)), 1;
    close(ends[1]);
    int found = saw(ends[0], argv[1]);
    double took = now_ms() - began;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    if (found) printf("%.3f\n", took);
    return !found;
}
