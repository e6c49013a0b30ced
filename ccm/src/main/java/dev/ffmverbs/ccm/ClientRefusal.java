// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/** Why a client has no ports with a partner, though there is a session. */
public enum ClientRefusal {

    /** The partner has no client of that name. If it registers one later, the client gets its ports then. */
    ONLY_HERE,

    /** The partner's client of that name asks for other ports or other memory. */
    REQUIREMENTS_DIFFER,

    /**
     * This node cannot give what the client asks for. It tries again in the same session, unless the client itself has
     * refused or has supplied memory that it must not.
     */
    CANNOT_BE_GIVEN_HERE,

    /** The partner cannot give what its client asks for. */
    CANNOT_BE_GIVEN_BY_PARTNER
}
