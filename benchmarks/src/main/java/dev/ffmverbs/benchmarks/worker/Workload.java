// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;

/** The operations of a suite, one after the other. Each is prepared right before it is measured. */
interface Workload {

    /**
     * Prepares each operation and has it measured.
     *
     * @param measure measures an operation.
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
         * Takes a number that depends on all results, so that the compiler cannot eliminate anything.
         *
         * @param results the number.
         */
        void keep(long results);
    }
}
