// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

/**
 * Something that was not measured.
 *
 * @param suite   the suite.
 * @param device  the device.
 * @param binding the binding; empty if no binding could be measured.
 * @param reason  why, and what to do about it.
 */
public record Skip(String suite, String device, String binding, String reason) {
}
