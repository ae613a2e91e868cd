#!/usr/bin/perl

# The pages in a browser, against scripted lanes: needs node, the packages of
# package.json (npm ci) and Chromium (GMS_CHROMIUM names another).

use strict;
use warnings;

use FindBin;

chdir "$FindBin::Bin/../..";

my $why = `node -e 'import("./t/browser/chromium.mjs").then(async (m) => {
    process.stdout.write(await m.missing()) })' 2>/dev/null`;

if ($? != 0 || $why ne '') {
    $why ||= 'node is not installed';
    print "1..0 # SKIP $why\n";
    exit 0;
}

exec 'node', '--test', "--test-reporter=$FindBin::Bin/tap.mjs",
    "--test-concurrency=1", "--test-timeout=400000", map { "$FindBin::Bin/$_.test.mjs" } qw(page german install screen);
