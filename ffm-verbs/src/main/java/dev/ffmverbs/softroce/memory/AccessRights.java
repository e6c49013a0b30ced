// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import java.util.ArrayList;
import java.util.List;

/** Rights to registered memory, and of peers over a queue pair: values of {@code enum ibv_access_flags}. */
public final class AccessRights {

    /** The device may write: receives, and answers to READ and atomics, land here. */
    public static final int LOCAL_WRITE = 1;
    /** Peers may WRITE. */
    public static final int REMOTE_WRITE = 1 << 1;
    /** Peers may READ. */
    public static final int REMOTE_READ = 1 << 2;
    /** Peers may run atomics. */
    public static final int REMOTE_ATOMIC = 1 << 3;

    private static final String[] NAMES = {
        "IBV_ACCESS_LOCAL_WRITE", "IBV_ACCESS_REMOTE_WRITE", "IBV_ACCESS_REMOTE_READ", "IBV_ACCESS_REMOTE_ATOMIC",
        "IBV_ACCESS_MW_BIND"};

    private AccessRights() {
    }

    /**
     * Names rights for messages.
     *
     * @param rights flags of {@code enum ibv_access_flags}.
     * @return their names, those without one as a number; 0 when there is none.
     */
    public static String describe(final int rights) {
        final List<String> names = new ArrayList<>();
        for (int left = rights; left != 0; left &= left - 1) {
            final int bit = Integer.numberOfTrailingZeros(left);
            names.add(bit < NAMES.length ? NAMES[bit] : "0x" + Integer.toHexString(Integer.lowestOneBit(left)));
        }
        return names.isEmpty() ? "0" : String.join("|", names);
    }
}
