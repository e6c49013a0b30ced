// SPDX-License-Identifier: Apache-2.0
/**
 * Lets any call that the threads of a node, of a connection manager and of a software port make throw an Error, in a
 * separate process: an agent changes the classes of this project as they are loaded there. The classes themselves
 * know nothing of it.
 */
package dev.ffmverbs.ccm.injection;
