// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code bench} command line.
 */
package dev.ffmverbs.benchmarks.command;
