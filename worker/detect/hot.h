/*
 * GMS_HOT: for the few loops that touch every pixel of every picture.
 *
 * Compiled with the vectoriser on and once more for AVX2, picked at load
 * time.  Plain C stays the only source; other machines and the sanitizers
 * (which break the resolver) get the plain version.
 */

#ifndef GMS_HOT_H
#define GMS_HOT_H

#if defined(__GNUC__) && !defined(__clang__)
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)                      \
    && !defined(__SANITIZE_THREAD__)
#define GMS_HOT                                                                \
    __attribute__((optimize("O3", "no-math-errno", "no-trapping-math"),        \
        target_clones("avx2", "default")))
#else
#define GMS_HOT                                                                \
    __attribute__((optimize("O3", "no-math-errno", "no-trapping-math")))
#endif
#else
#define GMS_HOT
#endif

#define GMS_INLINE static inline __attribute__((always_inline))

#endif /* GMS_HOT_H */
