// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

/** One path to a partner: connections over it, and what clients share over it. */
public interface PartnerPath extends PartnerConnector, ClientResources {
}
