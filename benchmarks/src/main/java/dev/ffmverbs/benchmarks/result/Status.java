// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

/** Whether a result may be believed. */
public enum Status {
    /** It may. */
    OK,
    /** A check failed; the reasons say which, and the figures mean nothing. */
    FAILED
}
