#!/usr/bin/perl

# What the pages compute, without a browser: needs node alone.

use strict;
use warnings;

use FindBin;

if (system("node --version >/dev/null 2>&1") != 0) {
    print "1..0 # SKIP node is not installed\n";
    exit 0;
}

exec 'node', '--test', "--test-reporter=$FindBin::Bin/tap.mjs", map {"$FindBin::Bin/$_.test.mjs"} qw(pure pure-group pure-admin pure-calibration pure-camera pure-coach pure-corrections pure-history pure-reference vectors);
