// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

/** Describes why this library may not call native code. */
final class NativeAccess {

    private static final String OPTION = "--enable-native-access=";

    private NativeAccess() {
    }

    /**
     * Describes which option of Java is missing.
     *
     * @return one sentence for a message.
     */
    static String describeDenial() {
        final Module module = NativeAccess.class.getModule();
        return module.isNamed()
            ? "native access is denied to module " + module.getName() + "; start Java with " + OPTION
                + module.getName()
            : "native access is denied to the class path; start Java with " + OPTION + "ALL-UNNAMED ("
                + OPTION + "dev.ffmverbs where ffm-verbs is on the module path)";
    }
}
