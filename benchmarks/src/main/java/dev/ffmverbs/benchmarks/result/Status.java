// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

/** Whether a result is valid. */
public enum Status {
    /** It is valid. */
    OK,
    /** A check failed, and the figures mean nothing. The result's problems say which check. */
    FAILED
}
