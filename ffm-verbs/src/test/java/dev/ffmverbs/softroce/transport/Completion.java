// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/** A completion as a sink saw it. */
record Completion(
    long workRequestId, int status, int vendorError, int operation, int byteLength, int immediate, int flags,
    boolean solicited) {
}
