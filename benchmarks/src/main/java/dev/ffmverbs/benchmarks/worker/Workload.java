// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;

/** The operations of a suite, one after the other; each is prepared right before it is measured. */
interface Workload {

    /**
     * Prepares each operation and has it measured.
     *
     * @param measure measures one.
     */
    void measure(Measure measure);

    /** Measures operations. */
    interface Measure {

        /**
         * Measures an operation.
         *
         * @param operation the operation.
         */
        void accept(MeasuredOperation operation);

        /**
         * Takes something of all results, so that the compiler cannot leave work out.
         *
         * @param results any number made of them.
         */
        void keep(long results);
    }
}
