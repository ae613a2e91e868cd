/* gms_angle: see angle.h. */

#include "angle.h"

#include <math.h>


double
gms_moa(double length, double distance)
{
    return 21600 / M_PI * atan(length / (2 * distance));
}


double
gms_smoa(double length, double distance)
{
    /* An inch at 3600: half of it seen from there is 1/7200. */
    return atan(length / (2 * distance)) / atan(1 / 7200.0);
}


double
gms_mrad(double length, double distance)
{
    return 2000 * atan(length / (2 * distance));
}
