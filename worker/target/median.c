/*
 * gms_median: quickselect.  Whole sorts of every profile across a line would
 * take most of a calibration's time.
 */

#include "median.h"


double
gms_smallest(double *v, int n, int k)
{
    int low = 0, high = n - 1;

    while (low < high) {
        double pivot = v[(low + high) / 2];
        int    i = low, j = high;

        while (i <= j) {
            while (v[i] < pivot) {
                i++;
            }
            while (v[j] > pivot) {
                j--;
            }
            if (i <= j) {
                double t = v[i];

                v[i++] = v[j];
                v[j--] = t;
            }
        }
        if (k <= j) {
            high = j;

        } else if (k >= i) {
            low = i;

        } else {
            break;
        }
    }
    return v[k];
}


double
gms_median(double *v, int n)
{
    return n > 0 ? gms_smallest(v, n, n / 2) : 0;
}


double
gms_middle(double *v, int n)
{
    double upper = gms_smallest(v, n, n / 2);

    return n % 2 != 0 ? upper : (upper + gms_smallest(v, n, n / 2 - 1)) / 2;
}
