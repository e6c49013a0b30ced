// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

/** The means by which data is moved. Results contain these names. */
public enum Family {
    /** The Foreign Function and Memory API, queues confined to one thread; the gate judges these. */
    FFM,
    /** The Foreign Function and Memory API, queues that any thread may use. */
    FFM_SHARED,
    /** The Java Native Interface. */
    JNI,
    /** Other people's libraries. Their allocation is shown and not judged. */
    PEER,
    /** C. */
    C
}
