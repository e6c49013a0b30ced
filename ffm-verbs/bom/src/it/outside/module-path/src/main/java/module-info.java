/** A program that uses both libraries. */
module outside {
    requires dev.ffmverbs;
    requires dev.ffmverbs.ccm;
}
