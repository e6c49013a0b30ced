// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/**
 * One end of a connection at one moment.
 *
 * @param state how far it is.
 * @param terms what is agreed on so far.
 */
record EndpointView(EndpointState state, ConnectionTerms terms) {
}
