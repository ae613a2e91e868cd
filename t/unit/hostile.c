/*
 * A lane's memory with random words changed: nothing that reads it may crash,
 * hang or look outside, and a successor can always go on.
 *
 * GMS_HOSTILE_ROUNDS and GMS_HOSTILE_SEED in the environment change how many
 * and which.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "t/lib/hostile_image.h"

#if defined(__SANITIZE_THREAD__)
#define ROUNDS 300
#elif defined(__SANITIZE_ADDRESS__)
#define ROUNDS 2000
#else
#define ROUNDS 4000
#endif

#define PATCHES_MAX 6


static uint64_t  seed;


static uint64_t
draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005)
           + UINT64_C(1442695040888963407);

    return (seed >> 33) % below;
}


/* A word to change: most of them where there are numbers to be believed. */
static size_t
draw_word(const hostile_image_t *h)
{
    size_t        word;
    uint32_t      kind;
    gms_region_t  region;

    if (draw(4) == 0) {
        return draw(64);
    }

    kind = (uint32_t) (1 + draw(5));

    /* the directory may be changed already */
    if (gms_memory_region(&h->m, kind, 0, &region) != GMS_OK
        || region.size < 8)
    {
        return draw(64);
    }

    word = region.offset / 8
           + draw(draw(3) != 0 ? 32 : region.size / 8);

    return word < h->m.size / 8 ? word : draw(64);
}


static uint64_t
draw_value(uint64_t before)
{
    switch (draw(8)) {

    case 0:
        return 0;

    case 1:
        return UINT64_MAX - draw(64);

    case 2:
        return before ^ UINT64_C(1) << draw(64);

    case 3:
        return before + draw(64) * 8;

    case 4:
        return before - draw(64) * 8;

    case 5:
        return UINT64_C(1) << draw(64);

    case 6:
        return draw(1 << 21);

    default:
        return draw(UINT32_MAX) << 32 | draw(UINT32_MAX);
    }
}


static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char  *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}


static void
test_random_words(void **unused)
{
    size_t           word[PATCHES_MAX];
    uint64_t         round, rounds, sum, whole, other, *words;
    unsigned         i, n;
    hostile_image_t  h;

    (void) unused;

    assert_int_equal(hostile_create(&h), GMS_OK);
    words = h.m.base;
    whole = hostile_read(&h);
    assert_true(whole > 0);

    rounds = setting("GMS_HOSTILE_ROUNDS", ROUNDS);
    other = 0;

    for (round = 0; round < rounds; round++) {
        seed = setting("GMS_HOSTILE_SEED", 1) * UINT64_C(1000003) + round;
        n = 1 + (unsigned) draw(PATCHES_MAX);

        for (i = 0; i < n; i++) {
            word[i] = draw_word(&h);
            words[word[i]] = draw_value(words[word[i]]);
        }

        sum = hostile_read(&h);
        other += sum != whole;

        if (round % 8 == 0) {
            hostile_write(&h);
            hostile_restore(&h);
            continue;
        }

        while (i-- > 0) {
            memcpy(&words[word[i]], h.pristine + word[i] * 8, 8);
        }
    }

    print_message("# %lu images, %lu of them read otherwise\n",
        (unsigned long) rounds, (unsigned long) other);
    assert_true(hostile_read(&h) == whole);
    assert_true(other > rounds / 4);

    (void) munmap((char *) h.m.base - HOSTILE_PAGE,
        h.m.size + 2 * HOSTILE_PAGE);
    free(h.pristine);
    free(h.buf);
    free(h.event);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { .name = "no changed word of a lane's memory makes a reader crash, "
                  "hang or look outside",
          .test_func = test_random_words },
    };

    (void) alarm(120);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
