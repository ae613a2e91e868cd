#include "chain.h"

#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <sha2.h>


static void
put_integer(SHA2_CTX *c, int64_t value)
{
    uint8_t bytes[8];
    int     i;

    for (i = 0; i < 8; i++) {
        bytes[i] = (uint8_t) ((uint64_t) value >> (56 - 8 * i));
    }

    SHA256Update(c, bytes, sizeof(bytes));
}


static void
put_text(SHA2_CTX *c, const char *text)
{
    size_t size = strlen(text);

    put_integer(c, (int64_t) size);
    SHA256Update(c, (const uint8_t *) text, size);
}


void
gms_chain_begin(
    uint8_t hash[GMS_CHAIN_SIZE], const char *lane, const char *epoch)
{
    SHA2_CTX c;

    SHA256Init(&c);
    put_text(&c, "gmshoot journal");
    put_text(&c, lane);
    put_text(&c, epoch);
    SHA256Final(hash, &c);
}


void
gms_chain_next(uint8_t hash[GMS_CHAIN_SIZE], const gms_chain_row_t *row)
{
    SHA2_CTX c;

    SHA256Init(&c);
    SHA256Update(&c, hash, GMS_CHAIN_SIZE);
    put_integer(&c, row->seq);
    put_text(&c, row->name);
    put_text(&c, row->session);
    put_integer(&c, row->real_ns);
    put_integer(&c, row->mono_ns);
    put_integer(&c, row->frame_mono_ns);
    put_text(&c, row->boot_id);
    put_text(&c, row->key);
    put_text(&c, row->json);
    SHA256Final(hash, &c);
}


void
gms_chain_to_hex(
    const uint8_t hash[GMS_CHAIN_SIZE], char text[GMS_CHAIN_HEX_SIZE])
{
    int i;

    for (i = 0; i < GMS_CHAIN_SIZE; i++) {
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    }
}


static int
digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = (char) (c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


bool
gms_chain_from_hex(uint8_t hash[GMS_CHAIN_SIZE], const char *text)
{
    int i, high, low;

    if (strlen(text) != (size_t) 2 * GMS_CHAIN_SIZE) {
        return false;
    }

    for (i = 0; i < GMS_CHAIN_SIZE; i++) {
        high = digit(text[2 * i]);
        low = digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }

        hash[i] = (uint8_t) (high * 16 + low);
    }

    return true;
}
