/* race.c - runs commands in turn, round after round, and prints how long each took.
 *
 *     race 50 lua5.4 hello.lua , aios run hello.lua
 *
 * One line a command: the medians of its wall time and of its user processor time, in milliseconds.
 * Taking turns gives every command the same share of a noisy machine. {n} in a word is the number of
 * the round. What the commands print is dropped. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { COMMANDS_MAX = 8, ROUNDS_MAX = 1000, WORDS_MAX = 32, WORD_SIZE = 512 };

extern char **environ;

typedef struct {
    char **argv;
    double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
} Racer;

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms_of(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The words of the command, with the number of the round where they ask for it. */
static char **words_of(char **argv, int round) {
    static char *words[WORDS_MAX + 1], room[WORDS_MAX][WORD_SIZE];
    int i = 0;
    for (; argv[i] && i < WORDS_MAX; i++) {
        char *at = strstr(argv[i], "{n}");
        words[i] = argv[i];
        if (!at) continue;
        snprintf(room[i], WORD_SIZE, "%.*s%d%s", (int)(at - argv[i]), argv[i], round, at + 3);
        words[i] = room[i];
    }
    words[i] = NULL;
    return words;
}

static int run(Racer *racer, int round, posix_spawn_file_actions_t *quiet) {
    pid_t pid;
    int status;
    struct rusage used;
    char **words = words_of(racer->argv, round);
    double began = now_ms();
    int rc = posix_spawnp(&pid, words[0], quiet, NULL, words, environ);
    if (rc) return fprintf(stderr, "race: %s: %s\n", racer->argv[0], strerror(rc)), 1;
    while (wait4(pid, &status, 0, &used) < 0)
        if (errno != EINTR) return perror("race: wait4"), 1;
    racer->wall[round] = now_ms() - began;
    racer->cpu[round] = ms_of(used.ru_utime);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    return fprintf(stderr, "race: %s %s failed\n", racer->argv[0], racer->argv[1] ? racer->argv[1] : ""), 1;
}

int main(int argc, char **argv) {
    static Racer racers[COMMANDS_MAX];
    int count = 0, rounds = argc > 2 ? atoi(argv[1]) : 0;
    if (rounds < 1 || rounds > ROUNDS_MAX) return fprintf(stderr, "usage: race ROUNDS COMMAND... [, COMMAND...]\n"), 2;
    for (int i = 2; i < argc && count < COMMANDS_MAX; i++) {
        racers[count++].argv = argv + i;
        while (i < argc && strcmp(argv[i], ",") != 0) i++;
        if (i < argc) argv[i] = NULL;
    }
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            if (run(&racers[i], round, &quiet)) return 1;
    for (int i = 0; i < count; i++) printf("%.3f %.3f\n", median(racers[i].wall, rounds), median(racers[i].cpu, rounds));
    return 0;
}
