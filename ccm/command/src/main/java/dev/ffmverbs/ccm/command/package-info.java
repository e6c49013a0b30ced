// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code ccm} command: {@code ccm node} runs one node, {@code ccm demo} shows two of them in two processes.
 *
 * <p>Uses the public API of {@code dev.ffmverbs.ccm} as any other program would; nothing uses this package. Results go
 * to standard output and errors to standard error; exit status 0 means that all went as asked, 1 that it did not, 2
 * that the command line was wrong.
 */
package dev.ffmverbs.ccm.command;
