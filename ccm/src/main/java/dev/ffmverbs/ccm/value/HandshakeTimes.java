// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/**
 * States how long a handshake took.
 *
 * @param r1Ns     first READ, in nanoseconds from issue to completion.
 * @param w1Ns     first WRITE.
 * @param r2Ns     second READ.
 * @param w2Ns     second WRITE.
 * @param totalNs  from the issue of the first READ to the completion of the second WRITE.
 * @param attempts attempts to reach the partner, including this one.
 */
public record HandshakeTimes(long r1Ns, long w1Ns, long r2Ns, long w2Ns, long totalNs, int attempts) {

    /**
     * Returns the time that one step took.
     *
     * @param step which.
     * @return nanoseconds.
     */
    public long ofStep(final HandshakeStep step) {
        return switch (step) {
            case R1 -> r1Ns;
            case W1 -> w1Ns;
            case R2 -> r2Ns;
            case W2 -> w2Ns;
        };
    }
}
