// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.util.Arrays;
import java.util.Locale;

/**
 * The time of a GET, and of a bare READ of the same bytes over the same connection, taken in turns.
 *
 * @param getNs  median time of a GET.
 * @param readNs median time of a bare READ.
 */
record GetTimes(long getNs, long readNs) {

    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 50_000;
    private static final String KEY = "measured";

    static GetTimes measure(final StoreClient client) throws StoreException {
        client.put(KEY, "a value of some length, not only a few bytes");
        final long[] gets = new long[ROUNDS];
        final long[] reads = new long[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            final long startNs = System.nanoTime();
            client.get(KEY);
            final long betweenNs = System.nanoTime();
            client.readOnly(KEY);
            final long endNs = System.nanoTime();
            if (round >= 0) {
                gets[round] = betweenNs - startNs;
                reads[round] = endNs - betweenNs;
            }
        }
        return new GetTimes(median(gets), median(reads));
    }

    private static long median(final long[] times) {
        Arrays.sort(times);
        return times[times.length / 2];
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "GET p50 %.1f us, bare READ of %d bytes p50 %.1f us: %.2f times as long",
            getNs / 1e3, Bucket.BYTES, readNs / 1e3, (double) getNs / readNs);
    }
}
