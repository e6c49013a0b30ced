// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code ccm} command: {@code ccm node} runs one node, {@code ccm demo} shows two of them in two processes.
 *
 * <p><b>Guarantees.</b> Results go to standard output and errors to standard error. Exit status 0 means success, 1
 * failure, and 2 that the command line was wrong.
 *
 * <p>Depends on what {@code dev.ffmverbs.ccm} exports ({@code dev.ffmverbs.ccm}, {@code value} and {@code mirror}), on
 * {@code dev.ffmverbs}, {@code dev.ffmverbs.cm}, {@code dev.ffmverbs.softroce} and {@code
 * dev.ffmverbs.softroce.faults}, and on the libraries picocli, Jackson jr and HdrHistogram. Nothing depends on it.
 */
package dev.ffmverbs.ccm.command;
