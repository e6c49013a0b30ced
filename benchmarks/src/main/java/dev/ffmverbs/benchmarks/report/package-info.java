// SPDX-License-Identifier: Apache-2.0

/**
 * The report that people look at: one HTML file with everything in it, readable without a network and on a phone.
 *
 * <p>Words and tables are plain HTML, made here; plots are drawn by uPlot, which is inlined from its package. Shows
 * figures and judges none.
 */
package dev.ffmverbs.benchmarks.report;
