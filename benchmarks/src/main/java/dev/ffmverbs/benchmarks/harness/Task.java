// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;

/**
 * One run of one side.
 *
 * @param suite  what is measured.
 * @param device on what.
 * @param side   by what.
 * @param round  which run, from 1.
 */
record Task(Suite suite, MeasuredDevice device, Side side, int round) {

    @Override
    public String toString() {
        return suite.label() + " on " + device.label() + ", " + side.name() + ", run " + round;
    }
}
