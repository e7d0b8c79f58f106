/* disk.c - what one durable write costs here: appends 4 KiB and calls fdatasync, again and again.
 *
 *     disk FILE COUNT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
    static char page[4096];
    int count = argc > 2 ? atoi(argv[2]) : 0;
    if (count < 1) return fprintf(stderr, "usage: disk FILE COUNT\n"), 2;
    int fd = open(argv[1], O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (fd < 0) return perror(argv[1]), 1;
    for (int i = 0; i < count; i++) {
        page[i % sizeof page] ^= 1;
        if (write(fd, page, sizeof page) != (ssize_t)sizeof page || fdatasync(fd)) return perror(argv[1]), 1;
    }
    return close(fd);
}
