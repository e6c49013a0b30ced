// SPDX-License-Identifier: Apache-2.0

/**
 * The statistics of the benchmarks: medians, quantiles, intervals and percentile curves, each computed in one place.
 *
 * <p>Two medians are in use, and a figure never changes from one to the other. The median of time samples is the upper
 * median, a sample that was taken. The median of runs is the mean of the two middle runs if their number is even.
 *
 * <p>Guarantees: pure functions of numbers and immutable results. Depends on the JDK and HdrHistogram alone.
 */
package dev.ffmverbs.benchmarks.statistics;
