#include <stdint.h>
#include <string.h>

int64_t floyd_warshall(const double *weights, int64_t length, int64_t n, double *dist)
{
    memcpy(dist, weights, length * sizeof *dist);
    for (int64_t k = 0; k < n; k++)
        for (int64_t i = 0; i < n; i++) {
            double via = dist[i * n + k];
            for (int64_t j = 0; j < n; j++) {
                double candidate = via + dist[k * n + j];
                if (candidate < dist[i * n + j])
                    dist[i * n + j] = candidate;
            }
        }
    return length;
}
