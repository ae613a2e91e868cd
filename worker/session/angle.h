/*
 * gms_angle: what a length on the target is, seen from the firing line.
 * Length and distance in the same unit.  Pure; any thread.
 */

#ifndef GMS_ANGLE_H
#define GMS_ANGLE_H

/* Minutes of angle; shooter's minutes (an inch at a hundred yards is one);
 * milliradians. */
double gms_moa(double length, double distance);
double gms_smoa(double length, double distance);
double gms_mrad(double length, double distance);

#endif /* GMS_ANGLE_H */
