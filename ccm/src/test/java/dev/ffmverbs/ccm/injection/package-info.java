// SPDX-License-Identifier: Apache-2.0
/**
 * Makes any call by the threads of a node, of a connection manager or of a software port throw an Error, in a separate
 * process. An agent changes the classes of this project as they are loaded there. The classes themselves do not know
 * it.
 */
package dev.ffmverbs.ccm.injection;
