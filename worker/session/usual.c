/* gms_usual: see usual.h. */

#include "usual.h"

#include <math.h>
#include <string.h>

#include "../base/distribution.h"


/* More scatter between sessions than chance makes, by moments (DerSimonian
 * and Laird, Meta-analysis in clinical trials, 1986): the mean square of a
 * session, as a share of the pooled one, has the variance 2 / df.  A few
 * sessions tell it badly, hence one standard error more: without it days that
 * differ by 15 % get twice the findings that chance may make. */
static double
varies(const gms_scatter_t *session, int n, double variance)
{
    double weights = 0, squares = 0, chi2 = 0, more;

    for (int i = 0; i < n; i++) {
        double weight = session[i].df / 2;
        double off = session[i].squares / session[i].df / variance - 1;

        weights += weight;
        squares += weight * weight;
        chi2 += weight * off * off;
    }
    more = fmax(0, (chi2 - (n - 1)) / (weights - squares / weights));
    return more + (more + n / weights) * sqrt(2.0 / (n - 1));
}


void
gms_usual_of(gms_usual_t *u, const gms_scatter_t *session, int n)
{
    double squares = 0;

    memset(u, 0, sizeof(*u));
    for (int i = 0; i < n; i++) {
        squares += session[i].squares;
        u->df += session[i].df;
        u->shots += session[i].shots;
    }
    if (n < GMS_USUAL_SESSIONS_MIN || u->shots < GMS_USUAL_SHOTS_MIN
        || !(squares > 0))
    {
        memset(u, 0, sizeof(*u));
        return;
    }
    u->sessions = n;
    u->sigma_mm = sqrt(squares / u->df);
    u->varies = varies(session, n, squares / u->df);
}


/* Of what is usual, and of a group now. */
static double
usual_df(const gms_usual_t *u)
{
    return u->sessions > 0 ? 2 / (2 / u->df + u->varies / u->sessions) : u->df;
}


static double
now_df(const gms_usual_t *u, const gms_scatter_t *now)
{
    return 2 / (2 / now->df + u->varies * (1 + 2 / now->df));
}


double
gms_usual_larger(const gms_usual_t *u, const gms_scatter_t *now, double *f)
{
    *f = now->squares / now->df / (u->sigma_mm * u->sigma_mm);
    return *f > 0 && isfinite(*f) ? gms_f_tail(*f, now_df(u, now), usual_df(u))
                                  : (double) NAN;
}


double
gms_usual_smaller(const gms_usual_t *u, const gms_scatter_t *now, double *f)
{
    *f = u->sigma_mm * u->sigma_mm / (now->squares / now->df);
    return *f > 0 && isfinite(*f) ? gms_f_tail(*f, usual_df(u), now_df(u, now))
                                  : (double) NAN;
}
