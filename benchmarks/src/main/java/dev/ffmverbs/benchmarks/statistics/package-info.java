// SPDX-License-Identifier: Apache-2.0

/**
 * The statistics of the benchmarks: medians, quantiles, intervals and percentile curves, each computed in one place.
 *
 * <p>Two medians are in use, and a figure never changes from one to the other: the upper median of time samples is a
 * sample that was taken; the median of runs is the mean of the two middle runs if their number is even.
 *
 * <p>Guarantees: pure functions of numbers; immutable results. Depends on the JDK and HdrHistogram alone.
 */
package dev.ffmverbs.benchmarks.statistics;
