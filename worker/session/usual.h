/*
 * gms_usual: how large a shooter's groups usually are: the scatter of his
 * earlier sessions, and how much it differs from day to day.
 * Pure; any thread.
 */

#ifndef GMS_USUAL_H
#define GMS_USUAL_H

/* So many sessions, and shots in all, tell what is usual. */
#define GMS_USUAL_SESSIONS_MIN 6
#define GMS_USUAL_SHOTS_MIN 20

/* What a session or a group tells: squares about the centres of its rounds,
 * both axes, with their degrees of freedom. */
typedef struct {
    double squares;
    double df;
    int    shots;
} gms_scatter_t;

typedef struct {
    double sigma_mm; /* of one axis; 0: nobody knows */
    double df;       /* that it stands on */
    int    shots;
    int    sessions;
    double varies; /* variance of sigma squared from session to session, as a
                      share of its square; not less than it may well be */
} gms_usual_t;

/* Of n sessions; all zeros when they are too few. */
void gms_usual_of(gms_usual_t *usual, const gms_scatter_t *session, int n);

/*
 * Chance that a group of a day like the others scatters at least as much more
 * than usual, or (smaller) as much less; *f: ratio of the variances.  NaN:
 * nobody can say.
 *
 * F test.  Where days differ, a mean square has the relative variance
 * 2 / df + varies (1 + 2 / df), and that of the pooled sessions 2 / df +
 * varies / sessions: the degrees of freedom are those of a chi-square with
 * this variance (Satterthwaite).
 */
double gms_usual_larger(
    const gms_usual_t *usual, const gms_scatter_t *now, double *f);
double gms_usual_smaller(
    const gms_usual_t *usual, const gms_scatter_t *now, double *f);

#endif /* GMS_USUAL_H */
