#include "os/quiet.h"
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 600, TEXT_SIZE = 256 };
static const double PRESSURE_MOST = 10.0, LOAD_MOST = 0.3;

const char *quiet_root(void) {
    const char *root = getenv("AIOS_MACHINE");
    return root ? root : "";
}

static bool read_text(const char *root, const char *path, char out[TEXT_SIZE]) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%s%s", root, path);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t got = read(fd, out, TEXT_SIZE - 1);
    close(fd);
    if (got <= 0) return false;
    out[got] = '\0';
    return true;
}

/* "some avg10=0.00 avg60=…" */
static bool pressure(const char *root, const char *path, double *out) {
    char text[TEXT_SIZE];
    if (!read_text(root, path, text)) return false;
    const char *at = strstr(text, "some avg10=");
    if (at) *out = strtod(at + strlen("some avg10="), NULL);
    return at != NULL;
}

static const char *busy(const char *root) {
    char   text[TEXT_SIZE];
    double cpu = 0, io = 0;
    bool   told = pressure(root, "/proc/pressure/cpu", &cpu);
    told = pressure(root, "/proc/pressure/io", &io) || told;
    if (cpu >= PRESSURE_MOST) return "the processor is busy";
    if (io >= PRESSURE_MOST) return "the disk is busy";
    if (told || !read_text(root, "/proc/loadavg", text)) return NULL;
    return strtod(text, NULL) >= LOAD_MOST * (double)sysconf(_SC_NPROCESSORS_ONLN) ? "the processor is busy" : NULL;
}

/* The newest access below a directory of terminals: the kernel notes there when one was read from. */
static int64_t newest(const char *root, const char *path, const char *prefix) {
    char    name[NAME_SIZE];
    int64_t at = 0;
    snprintf(name, sizeof name, "%s%s", root, path);
    DIR *dir = opendir(name);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        struct stat st;
        size_t len = strlen(prefix);
        if (strncmp(entry->d_name, prefix, len) != 0 || !isdigit((unsigned char)entry->d_name[len])) continue;
        if (fstatat(dirfd(dir), entry->d_name, &st, 0) != 0) continue;
        int64_t ms = (int64_t)st.st_atim.tv_sec * 1000 + st.st_atim.tv_nsec / 1000000;
        if (ms > at) at = ms;
    }
    if (dir) closedir(dir);
    return at;
}

static const char *power(const char *root) {
    char name[NAME_SIZE], path[NAME_SIZE], text[TEXT_SIZE];
    bool mains = false, on = false;
    snprintf(name, sizeof name, "%s/sys/class/power_supply", root);
    DIR *dir = opendir(name);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        snprintf(path, sizeof path, "/sys/class/power_supply/%s/type", entry->d_name);
        if (!read_text(root, path, text) || strncmp(text, "Mains", strlen("Mains")) != 0) continue;
        snprintf(path, sizeof path, "/sys/class/power_supply/%s/online", entry->d_name);
        if (!read_text(root, path, text)) continue;
        mains = true;
        on = on || text[0] == '1';
    }
    if (dir) closedir(dir);
    return mains && !on ? "it runs on battery" : NULL;
}

QuietLook quiet_look(const char *root) {
    int64_t console = newest(root, "/dev", "tty"), terminal = newest(root, "/dev/pts", "");
    return (QuietLook){ .busy = busy(root), .power = power(root), .input_ms = console > terminal ? console : terminal };
}
