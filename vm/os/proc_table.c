#include "os/proc_table.h"
#include "os/file.h"
#include "os/uv_err.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_MAX = 4096 };

static const char *state_word(char letter) {
    switch (letter) {
    case 'R': return "running";
    case 'S': return "sleeping";
    case 'D': return "disk";
    case 'Z': return "zombie";
    case 'I': return "idle";
    default:  return "stopped";
    }
}

/* "pid (name) S ppid ..." : the name may hold anything, so the last ')' ends it. Fields are numbered as in proc(5). */
static bool parse_stat(char *text, ProcEntry *entry, unsigned long long *start_ticks) {
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close[1] != ' ') return false;
    snprintf(entry->name, sizeof entry->name, "%.*s", (int)(close - open - 1), open + 1);
    char letter = 0;
    unsigned long long user_ticks = 0, system_ticks = 0;
    long long pages = 0;
    int n = sscanf(close + 2, "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %llu %*u %lld",
                   &letter, &entry->parent, &user_ticks, &system_ticks, start_ticks, &pages);
    if (n != 6) return false;
    snprintf(entry->state, sizeof entry->state, "%s", state_word(letter));
    entry->cpu = (double)(user_ticks + system_ticks) / (double)sysconf(_SC_CLK_TCK);
    entry->memory = pages * sysconf(_SC_PAGESIZE);
    return true;
}

static int64_t clock_ms(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool read_of(int pid, const char *what, Buf *out) {
    char path[64];
    Err ignored;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, what);
    return file_read((Place){ PLACE_OPEN, path }, FILE_LIMIT, out, &ignored);
}

static void read_command(ProcEntry *entry) {
    Buf *command = &entry->command;
    if (!read_of(entry->pid, "cmdline", command)) return;
    while (command->len > 0 && command->ptr[command->len - 1] == 0) command->len--;
    if (command->len > COMMAND_MAX) command->len = COMMAND_MAX;
    for (size_t i = 0; i < command->len; i++) if (command->ptr[i] == 0) command->ptr[i] = ' ';
    if (command->ptr) command->ptr[command->len] = 0;
}

/* A program that was started by descriptor is called "5" by older kernels; its file knows better. */
static void mend_name(ProcEntry *entry) {
    char path[64], target[PATH_SIZE];
    if (!*entry->name || entry->name[strspn(entry->name, "0123456789")]) return;
    snprintf(path, sizeof path, "/proc/%d/exe", entry->pid);
    ssize_t len = readlink(path, target, sizeof target - 1);
    if (len <= 0) return;
    target[len] = 0;
    snprintf(entry->name, sizeof entry->name, "%.63s", path_name(target));
}

bool proc_look(int pid, ProcEntry *entry, Err *err) {
    char path[64];
    struct stat st;
    unsigned long long start_ticks = 0;
    Buf text;
    *entry = (ProcEntry){ .pid = pid };
    buf_init(&text);
    snprintf(path, sizeof path, "/proc/%d", pid);
    bool good = pid > 0 && stat(path, &st) == 0 && read_of(pid, "stat", &text) && parse_stat(text.ptr, entry, &start_ticks);
    buf_drop(&text);
    if (!good) return err_set(err, "not_found", "there is no process %d", pid);
    entry->user = st.st_uid;
    int64_t up_ms = (int64_t)(start_ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK));
    entry->started_ms = clock_ms(CLOCK_REALTIME) - clock_ms(CLOCK_BOOTTIME) + up_ms;
    read_command(entry);
    mend_name(entry);
    return true;
}

void proc_entry_drop(ProcEntry *entry) { buf_drop(&entry->command); }

static int by_pid(const void *a, const void *b) { return ((const ProcEntry *)a)->pid - ((const ProcEntry *)b)->pid; }

bool proc_list(ProcList *list, Err *err) {
    DIR *dir = opendir("/proc");
    if (!dir) return err_errno(err, errno, "/proc: cannot list the processes");
    for (struct dirent *e; (e = readdir(dir)); ) {
        Err gone;
        ProcEntry entry;
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || !proc_look(atoi(e->d_name), &entry, &gone)) continue;
        if (list->count == list->cap) {
            list->cap = list->cap ? list->cap * 2 : 128;
            list->items = mem_resize(list->items, list->cap * sizeof *list->items);
        }
        list->items[list->count++] = entry;
    }
    closedir(dir);
    if (list->count > 1) qsort(list->items, list->count, sizeof *list->items, by_pid);
    return true;
}

void proc_list_drop(ProcList *list) {
    for (size_t i = 0; i < list->count; i++) proc_entry_drop(&list->items[i]);
    free(list->items);
    *list = (ProcList){ 0 };
}

int proc_signal_number(const char *name) {
    if (strncmp(name, "SIG", 3) == 0) name += 3;
    for (int s = 1; s < NSIG; s++) {
        const char *known = sigabbrev_np(s);
        if (known && strcmp(known, name) == 0) return s;
    }
    return 0;
}

const char *proc_signal_name(int number) {
    const char *name = sigabbrev_np(number);
    return name ? name : "?";
}

bool proc_kill(int pid, int number, Err *err) {
    if (pid < 1) return err_set(err, "invalid", "%d is not the id of one process", pid);
    if (pid == 1) return err_set(err, "denied", "process 1 runs the machine; it is not signalled from here");
    if (pid == getpid()) return err_set(err, "denied", "%d is aios itself; end the program instead", pid);
    if (kill(pid, number) == 0) return true;
    if (errno == ESRCH) return err_set(err, "not_found", "there is no process %d", pid);
    return err_errno(err, errno, "process %d: cannot send %s", pid, proc_signal_name(number));
}
