// SPDX-License-Identifier: Apache-2.0

/**
 * The output for people and continuous integration: one HTML file with everything in it, a summary in sentences, the
 * front page's plot and tables, and the verdict of the gate.
 *
 * <p>Words and tables are plain HTML; plots are drawn by uPlot, whose code is inlined from its package, so the report
 * needs no network. {@link dev.ffmverbs.benchmarks.report.Gate} judges ratios and allocation on the stub, with bounds
 * that are wide enough for a shared machine.
 *
 * <p>Guarantees: a figure that failed its checks is never shown as valid. This package measures nothing.
 *
 * <p>Depends on {@link dev.ffmverbs.benchmarks.result}, its statistics, and the names of
 * {@link dev.ffmverbs.benchmarks.device}; not on the harness or a rig, and not on the command line.
 */
package dev.ffmverbs.benchmarks.report;
