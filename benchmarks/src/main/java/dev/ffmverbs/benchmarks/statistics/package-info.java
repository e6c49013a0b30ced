// SPDX-License-Identifier: Apache-2.0

/**
 * The statistics of the benchmarks: medians, percentiles and intervals, each computed in one place.
 *
 * <p>Pure functions of numbers. Depends on the JDK and HdrHistogram only.
 */
package dev.ffmverbs.benchmarks.statistics;
