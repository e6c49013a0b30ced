// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;

/**
 * One run of one side.
 *
 * @param suite  what is measured.
 * @param device what it is measured on.
 * @param side   what it is measured through.
 * @param round  number of the run, from 1.
 */
record Task(Suite suite, MeasuredDevice device, Side side, int round) {

    @Override
    public String toString() {
        return suite.label() + " on " + device.label() + ", " + side.name() + ", run " + round;
    }
}
