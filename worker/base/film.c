#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "film.h"

/* Where things lie: head (RIFF, hdrl), table, LIST movi, pictures, idx1. */
#define FILM_HEAD 212
#define FILM_TABLE (FILM_HEAD + 8) /* what its chunk holds */
#define FILM_TABLE_HEAD 8          /* version, count */
#define FILM_ENTRY 24
#define FILM_CHUNK 8
#define FILM_MOVI 12
#define FILM_INDEX 16
#define FILM_VERSION 1

/* A player's rate when there is one picture. */
#define FILM_FRAME_US 66667

#define FILM_KEYFRAME 0x10
#define FILM_HAS_INDEX 0x10


static void
film_u16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t) v;
    p[1] = (uint8_t) (v >> 8);
}


static void
film_u32(uint8_t *p, uint32_t v)
{
    film_u16(p, v & 0xffff);
    film_u16(p + 2, v >> 16);
}


static void
film_u64(uint8_t *p, uint64_t v)
{
    film_u32(p, (uint32_t) v);
    film_u32(p + 4, (uint32_t) (v >> 32));
}


static uint32_t
film_get32(const uint8_t *p)
{
    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
        | (uint32_t) p[3] << 24;
}


static int64_t
film_get64(const uint8_t *p)
{
    return (int64_t) ((uint64_t) film_get32(p)
        | (uint64_t) film_get32(p + 4) << 32);
}


static void
film_word(uint8_t *p, const char *word)
{
    memcpy(p, word, 4);
}


static void
film_name(uint8_t *p, const char *name, uint32_t size)
{
    film_word(p, name);
    film_u32(p + 4, size);
}


static bool
film_put(int fd, const void *bytes, size_t size, off_t at)
{
    ssize_t n;

    while (size > 0) {
        n = pwrite(fd, bytes, size, at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }

        bytes = (const uint8_t *) bytes + n;
        size -= (size_t) n;
        at += n;
    }

    return true;
}


static bool
film_get(int fd, void *bytes, size_t size, off_t at)
{
    ssize_t n;

    while (size > 0) {
        n = pread(fd, bytes, size, at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }

        bytes = (uint8_t *) bytes + n;
        size -= (size_t) n;
        at += n;
    }

    return true;
}


static uint32_t
film_table_size(const gms_film_t *film)
{
    return FILM_TABLE_HEAD + film->most * FILM_ENTRY;
}


/* Of the word "movi", which the index counts from. */
static uint32_t
film_movi(const gms_film_t *film)
{
    return FILM_TABLE + film_table_size(film) + FILM_CHUNK;
}


int
gms_film_begin(gms_film_t *film, int fd, uint32_t most)
{
    memset(film, 0, sizeof(*film));

    if (most == 0 || most > GMS_FILM_PICTURES_MAX) {
        return GMS_EINVALID;
    }

    film->fd = fd;
    film->most = most;
    film->at = film_movi(film) + 4;
    film->picture = calloc(most, sizeof(*film->picture));

    return film->picture != NULL ? GMS_OK : GMS_ENOMEM;
}


int
gms_film_add(gms_film_t *film, const gms_film_picture_t *about,
    const void *jpeg, size_t size)
{
    gms_film_picture_t *p;
    uint8_t             chunk[FILM_CHUNK];

    if (film->pictures == film->most || size == 0
        || size > (size_t) GMS_FILM_BYTES_MAX - film->at - FILM_CHUNK - 1)
    {
        return GMS_ETOOBIG;
    }

    film_name(chunk, "00dc", (uint32_t) size);

    if (!film_put(film->fd, chunk, sizeof(chunk), film->at)
        || !film_put(film->fd, jpeg, size, film->at + FILM_CHUNK))
    {
        return GMS_ESYS;
    }

    p = &film->picture[film->pictures++];
    *p = *about;
    p->offset = film->at + FILM_CHUNK;
    p->size = (uint32_t) size;
    film->at = p->offset + p->size + (p->size & 1);

    return GMS_OK;
}


static uint32_t
film_frame_us(const gms_film_t *film)
{
    int64_t us;

    us = film->pictures > 1
        ? (film->picture[film->pictures - 1].mono_ns - film->picture[0].mono_ns)
            / 1000 / (film->pictures - 1)
        : 0;

    return us > 0 && us < INT32_MAX ? (uint32_t) us : FILM_FRAME_US;
}


static void
film_head(const gms_film_t *film, uint8_t *head, int width, int height)
{
    uint8_t *p;

    memset(head, 0, FILM_HEAD);
    film_name(
        head, "RIFF", film->at + FILM_CHUNK + film->pictures * FILM_INDEX - 8);
    film_word(head + 8, "AVI ");
    film_name(head + 12, "LIST", 192);
    film_word(head + 20, "hdrl");

    film_name(head + 24, "avih", 56);
    p = head + 32;
    film_u32(p, film_frame_us(film));
    film_u32(p + 12, FILM_HAS_INDEX);
    film_u32(p + 16, film->pictures);
    film_u32(p + 24, 1); /* stream */
    film_u32(p + 32, (uint32_t) width);
    film_u32(p + 36, (uint32_t) height);

    film_name(head + 88, "LIST", 116);
    film_word(head + 96, "strl");
    film_name(head + 100, "strh", 56);
    p = head + 108;
    film_word(p, "vids");
    film_word(p + 4, "MJPG");
    film_u32(p + 20, film_frame_us(film)); /* scale and rate */
    film_u32(p + 24, 1000000);
    film_u32(p + 32, film->pictures);
    film_u32(p + 40, UINT32_MAX); /* quality: as it is */
    film_u16(p + 52, (unsigned) width);
    film_u16(p + 54, (unsigned) height);

    film_name(head + 164, "strf", 40);
    p = head + 172;
    film_u32(p, 40);
    film_u32(p + 4, (uint32_t) width);
    film_u32(p + 8, (uint32_t) height);
    film_u16(p + 12, 1);
    film_u16(p + 14, 24);
    film_word(p + 16, "MJPG");
    film_u32(p + 20, (uint32_t) width * (uint32_t) height * 3);
}


/* Table and head of the list, and behind the pictures the index. */
static void
film_fill(const gms_film_t *film, uint8_t *front, uint8_t *index)
{
    const gms_film_picture_t *pic;
    uint8_t                  *p;

    film_name(front + FILM_HEAD, "gmst", film_table_size(film));
    film_u32(front + FILM_TABLE, FILM_VERSION);
    film_u32(front + FILM_TABLE + 4, film->pictures);
    film_name(index, "idx1", film->pictures * FILM_INDEX);

    for (uint32_t i = 0; i < film->pictures; i++) {
        pic = &film->picture[i];
        p = front + FILM_TABLE + FILM_TABLE_HEAD + (size_t) i * FILM_ENTRY;
        film_u64(p, (uint64_t) pic->t_us);
        film_u64(p + 8, (uint64_t) pic->mono_ns);
        film_u32(p + 16, pic->offset);
        film_u32(p + 20, pic->size);

        p = index + FILM_CHUNK + (size_t) i * FILM_INDEX;
        film_name(p, "00dc", FILM_KEYFRAME);
        film_u32(p + 8, pic->offset - FILM_CHUNK - film_movi(film));
        film_u32(p + 12, pic->size);
    }

    film_name(front + film_movi(film) - FILM_CHUNK, "LIST",
        film->at - film_movi(film));
    film_word(front + film_movi(film), "movi");
}


int
gms_film_end(gms_film_t *film, int width, int height)
{
    uint8_t *front, *index;
    size_t   front_size, index_size;
    bool     put;

    if (film->pictures == 0) {
        return GMS_EINVALID;
    }

    front_size = film_movi(film) + 4;
    index_size = FILM_CHUNK + (size_t) film->pictures * FILM_INDEX;
    front = calloc(1, front_size);
    index = calloc(1, index_size);
    put = front != NULL && index != NULL;

    if (put) {
        film_head(film, front, width, height);
        film_fill(film, front, index);
        put = film_put(film->fd, index, index_size, film->at)
            && film_put(film->fd, front, front_size, 0);
    } else {
        errno = ENOMEM;
    }

    free(front);
    free(index);

    return put ? GMS_OK : GMS_ESYS;
}


/* Each lies behind the one before it, and within the file; it is no older. */
static bool
film_is_sound(const gms_film_t *film, int64_t size)
{
    const gms_film_picture_t *p;
    uint64_t                  end;

    end = film_movi(film) + 4;

    for (uint32_t i = 0; i < film->pictures; i++) {
        p = &film->picture[i];

        if (p->offset < end || p->size == 0
            || p->offset + (uint64_t) p->size > (uint64_t) size
            || p->mono_ns < 0 || p->t_us < 0 || p->t_us > INT64_MAX / 1000
            || (i > 0 && p->mono_ns < p[-1].mono_ns))
        {
            return false;
        }

        end = p->offset + (uint64_t) p->size;
    }

    return film->pictures > 0;
}


static bool
film_table(gms_film_t *film, int64_t size)
{
    uint8_t *table, *p;
    size_t   bytes;
    bool     got;

    bytes = (size_t) film->pictures * FILM_ENTRY;
    table = malloc(bytes);
    got = table != NULL
        && film_get(film->fd, table, bytes, FILM_TABLE + FILM_TABLE_HEAD);

    for (uint32_t i = 0; got && i < film->pictures; i++) {
        p = table + (size_t) i * FILM_ENTRY;
        film->picture[i].t_us = film_get64(p);
        film->picture[i].mono_ns = film_get64(p + 8);
        film->picture[i].offset = film_get32(p + 16);
        film->picture[i].size = film_get32(p + 20);
    }

    free(table);

    return got && film_is_sound(film, size);
}


int
gms_film_open(gms_film_t *film, int fd)
{
    uint8_t     head[FILM_TABLE + FILM_TABLE_HEAD];
    struct stat sb;
    uint32_t    size;

    memset(film, 0, sizeof(*film));

    if (fstat(fd, &sb) != 0 || !film_get(fd, head, sizeof(head), 0)
        || memcmp(head, "RIFF", 4) != 0
        || memcmp(head + FILM_HEAD, "gmst", 4) != 0
        || film_get32(head + FILM_TABLE) != FILM_VERSION)
    {
        return GMS_ECORRUPT;
    }

    size = film_get32(head + FILM_HEAD + 4);
    film->fd = fd;
    film->pictures = film_get32(head + FILM_TABLE + 4);
    film->most = (size - FILM_TABLE_HEAD) / FILM_ENTRY;

    if (film->most > GMS_FILM_PICTURES_MAX || film->pictures == 0
        || film->pictures > film->most || size != film_table_size(film))
    {
        return GMS_ECORRUPT;
    }

    film->picture = calloc(film->pictures, sizeof(*film->picture));
    if (film->picture == NULL) {
        return GMS_ENOMEM;
    }

    if (!film_table(film, sb.st_size)) {
        gms_film_free(film);
        return GMS_ECORRUPT;
    }

    return GMS_OK;
}


int
gms_film_read(
    const gms_film_t *film, const gms_film_picture_t *picture, void **bytes)
{
    *bytes = malloc(picture->size);
    if (*bytes == NULL) {
        return GMS_ENOMEM;
    }

    if (!film_get(film->fd, *bytes, picture->size, picture->offset)) {
        free(*bytes);
        *bytes = NULL;
        return GMS_ECORRUPT;
    }

    return GMS_OK;
}


void
gms_film_free(gms_film_t *film)
{
    free(film->picture);
    film->picture = NULL;
    film->pictures = 0;
}
