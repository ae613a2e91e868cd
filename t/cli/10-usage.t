#!/usr/bin/perl

# Every subcommand explains itself; wrong usage exits with 2 and the usage,
# bad input with 1 and one sentence, and answers go to where they are piped.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Trouble qw(run_command grey_jpeg);

my $gmshoot = "$Gmshoot::build/gmshoot";
plan(skip_all => 'no gmshoot, run make') if !-x $gmshoot;

my $dir = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);
$ENV{GMSHOOT_TARGETS} = "$Gmshoot::repo/conf/targets.conf";

sub run {
    my ($stdin, @arg) = @_;
    return run_command($dir, 15, $stdin, $gmshoot, @arg);
}

sub put {
    my ($name, $content) = @_;
    open(my $fh, '>', "$dir/$name") or die "$name: $!";
    print {$fh} $content;
    close($fh);
    return "$dir/$name";
}

# Help

my ($status, $out, $err) = run('', '--help');
is("$status $err", '0 ', '--help is no error');
my @command = $out =~ /^  (\w+) {2,}\S/mg;
is(join(' ', @command), 'worker detect score stats advise rounds targets courses '
   . 'cameras ctl check backup export import',
   'it names every subcommand');

for my $command (@command) {
    ($status, $out, $err) = run('', $command, '--help');
    is("$status $err", '0 ', "$command --help is no error");
    like($out, qr/^usage: gmshoot $command(?: .*)?\n(?:.*\n)*.{20}/,
         'and tells what it does');
    is(join('|', grep { length > 80 } split(/\n/, $out)), '',
       'in lines that fit a terminal');

    my ($s2, $o2, $e2) = run('', $command, '--nonsense');
    is("$s2 $o2", '2 ', "$command: an option that is none is wrong usage");
    like($e2, qr/usage: gmshoot $command|--nonsense/, 'and says so');
}

# What a lane knows is what is told of it, but for what lanes ask each other and
# for what comes with a picture

my $lane = do { local (@ARGV, $/) = "$Gmshoot::repo/worker/lane/commands.c"; <> };
my ($known) = $lane =~ /gms_command_t commands\[\] = \{(.*?)\n\};/s;
my $range = do { local (@ARGV, $/) = "$Gmshoot::repo/worker/supervisor/admission.c"; <> };
my ($admits) = $range =~ /verbs\[\] = \{(.*?)\n\};/s;
my $peers = do { local (@ARGV, $/) = "$Gmshoot::repo/worker/supervisor/peers.c"; <> };
my %own = map { $_ => 1 } $peers =~ /header\.verb, "([\w.]+)"/g;
(undef, $out) = run('', 'ctl', '--help');
is(join(' ', sort $out =~ /^  ([a-z]+(?:\.[a-z]+)*)(?: |$)/mg, ()),
   join(' ', sort('gmshoot', 'gmshoot', 'gmshoot', keys %own,
                  grep { !/^cross\.|^(?:devices|session)\.join$|^camera\.push$/ }
                  "$known$admits" =~ /\{ "([\w.]+)"/g)),
   'ctl --help names every verb of a lane and of the range, and nothing else');
like($out, qr/^  gmshoot ctl lane1 /m, 'with examples');

# Wrong usage

my @usage = (
    [], ['coffee'], ['worker', 'more'], ['worker', '--state'],
    ['detect'], ['detect', '--camera', 'clip:x'],
    ['score'], ['targets', 'more'], ['courses', 'more'],
    ['score', '--target', 'x', '--caliber', '4.5'],
    ['stats', '--distance', '10'], ['stats', 'a', 'b'],
    ['advise', '--hand', 'both'], ['advise', '--click', '0.25moa'],
    ['advise', '--click', '1'], ['advise', '--confidence', '1'],
    ['advise', '--usual', '2mm'], ['advise', '--drills', 'a'],
    ['rounds', '--floor', '8'], ['rounds', '--alpha', '2'],
    ['rounds', '--low', '5'], ['rounds', '--shots', '0'],
    ['rounds', '--course', 'nra-national-match', '--shots', '5'],
    ['rounds', '--sighters', '5'], ['rounds', '--course', 'x', '--sighters',
     'some'],
    ['ctl'], ['ctl', 'lane1'], ['ctl', 'lane1', 'session.end', '{}', 'more'],
    ['ctl', '--timeout', '0', 'lane1', 'session.end'],
    ['ctl', '--timeout', 'soon', 'lane1', 'session.end'],
    ['check', '--state', 'x', 'y'], ['check', 'x', 'y'],
    ['check', '--hash', 'abc', 'x'], ['check', '--hash', 'g' x 64, 'x'],
    ['backup'], ['backup', 'a', 'b'],
    ['export'], ['export', 'a', 'b'], ['export', '--format', 'pdf', 'a'],
);

for (@usage) {
    ($status, $out, $err) = run('', @{$_});
    is("$status $out", '2 ', join(' ', 'gmshoot', @{$_}) . ': wrong usage');
    isnt($err, '', 'is explained on stderr');
}

# Bad input: what is said must hold

my @pistol = ('--target', 'issf-10m-air-pistol');
my $black = put('black.jpg', grey_jpeg(640, 480, 0));
my $h = put('h.json', '{"homography_mm_to_px":[1,2,3]}');
my $good = put('good.json',
    '{"homography_mm_to_px":[[3,0,320],[0,-3,240],[0,0,1]]}');
my $broken = put('broken.json', '{"homography');
my $wrong = put('wrong.json', '{"schema":1,"drills":[]}');
my $conf = put('bad.conf', "gmshoot_target x {\n    colour red;\n}\n");

my @detect = ('detect', @pistol, '--caliber', '4.5mm', '--camera');
my @bad = (
    [['score', '--target', 'moon'], '0,0', qr/moon/],
    [['score', @pistol], "1;2\n", qr/(?:line|:) ?1/],
    [['score', @pistol], "1,2\nx,y\n3,4\n", qr/(?:line|:) ?2/],
    [['score', @pistol], "1,nan\n", qr/(?:line|:) ?1/],
    [['score', @pistol, "$dir/none.csv"], '', qr/none\.csv/],
    [['stats'], "1,2\nx,y\n", qr/:2: x_mm is no number/],
    [['stats'], "x_mm,y_mm,round\n1,2,a\n", qr/:2: round is no number/],
    [['stats'], "x,y\n1,2\n", qr/:1: the header names no x_mm/],
    [['stats'], "x_mm,y_mm,removed\n1,2,yes\n", qr/:2: removed is no number/],
    [['export', '../../etc-1-2'], '', qr/no session: its id is/],
    [['export', 'lane1'], '', qr/lane1 is no session/],
    [['export', '--state', $dir, 'lane1-0-1'], '', qr/journal\.db/],
    [['stats', "$dir/none.csv"], '', qr/none\.csv/],
    [['stats'], "x_mm,y_mm,round\n1,2,1.5\n", qr/:2: round is no whole/],
    [['advise'], "1,2\nx,y\n", qr/:2: x_mm is no number/],
    [['advise', '--advice', "$dir/none.json"], '', qr/none\.json/],
    [['advise', '--advice', $wrong], '', qr{wrong\.json: /rules: a list}],
    [['advise', '--advice', $broken], '', qr/broken\.json: line 1: /],
    [['rounds'], "3\n2\n", qr/:2: earlier than the line before/],
    [['rounds'], "t\n2\n", qr/:1: the header names no seconds/],
    [['rounds'], "1\n1,2\n", qr/:2: not as many columns/],
    [['rounds', '--course', 'moon'], "1\n", qr/"?moon"?/],
    [['rounds', '--course', 'free-practice'], "1\n", qr/has no stages/],
    [['rounds', '--course', 'nra-national-match'], "3\n2\n",
     qr/:2: earlier than the line before/],
    [['rounds', '--course', 'x', '--courses', $conf], '', qr/bad\.conf:2/],
    [['score', @pistol, '--targets', "$dir/none.conf"], '', qr/none\.conf/],
    [['score', @pistol, '--targets', $conf], '', qr/bad\.conf:2.*colour/],
    [['targets', '--targets', "$dir/none.conf"], '', qr/none\.conf/],
    [['targets', '--targets', $conf], '', qr/bad\.conf:2.*colour/],
    [['courses', '--courses', "$dir/none.conf"], '', qr/none\.conf/],
    [['courses', '--courses', $conf], '', qr/bad\.conf:2.*colour/],
    [[@detect, "clip:$dir/none.avi"], '', qr/none\.avi.*(?:opened|give)/],
    [[@detect, 'tape:x'], '', qr/tape:x.*no camera/],
    [[@detect, "clip:$black"], '', qr/black: is the lens covered/],
    [[@detect, "clip:$black", '--calibration', "$dir/none.json"], '',
     qr/none\.json/],
    [['detect', '--target', 'ipsc-classic-minor', '--caliber', '9mm',
      '--camera', "clip:$black", '--calibration', $good], '',
     qr/scored by hand/],
    [[@detect, "clip:$black", '--calibration', $h], '', qr/homography|nine|9/],
    [[@detect, "clip:$black", '--calibration', $broken], '', qr/JSON/],
    [[@detect, "clip:$black", '--calibration', $good, '--detector',
      'crystal'], '', qr/crystal/],
    [['ctl', '--link', "$dir/none.sock", 'lane1', 'session.end'], '',
     qr/none\.sock.*is it running/],
    [['ctl', '--link', "$dir/none.sock", 'lane1', 'session.start', '{"x"'],
     '', qr/not a JSON object/],
    [['ctl', '--link', "$dir/none.sock", 'lane1', 'session.start', '[1]'],
     '', qr/not a JSON object/],
    [['worker', '--state', $black, '--link', "$dir/link.sock"], '',
     qr/cannot be written .*--state/],
    [['worker', '--state', "$dir/s", '--link', $black], '',
     qr/link socket .*--link/],
);

for (@bad) {
    my ($arg, $stdin, $said) = @{$_};

    my $name = join(' ', @{$arg});
    $name =~ s/\Q$dir\E/DIR/g;
    ($status, $out, $err) = run($stdin, @{$arg});
    is($status, 1, "$name: exits with 1") or diag($err);
    like($err, $said, 'and says why');
    is(() = $err =~ /\n/g, 1, 'in one line') or diag($err);
}

# What is right

($status, $out, $err) = run("0,0\n2.5,-1\n", 'score', @pistol);
is("$status $err", '0 ', 'shots are scored');
is(scalar(() = $out =~ /^-?[\d.]+,-?[\d.]+,[\d.]+,\d+,[01]$/mg), 2,
   'a line for each') or diag($out);
like($out, qr/^0(?:\.0+)?,0(?:\.0+)?,10\.9,10,1$/m, 'the centre is a 10.9')
    or diag($out);

($status, $out, $err) = run('', 'courses');
is("$status $err", '0 ', 'courses are listed');
like($out, qr/^nra-bullseye-900 +15 +90 /m, 'with their strings and shots');
($status, $out) = run('', 'courses', '--json');
is(scalar(grep { $_->{name} eq 'free-practice' } @{ decode_json($out) }), 1,
   'and as JSON');
($status, $out, $err) = run('', 'targets');
is("$status $err", '0 ', 'targets are listed');
my @name = $out =~ /^(\S+)  /mg;
($status, $out) = run('', 'targets', '--json');
is(join(' ', map { $_->{name} } @{ decode_json($out) }), join(' ', @name),
   'and are the same as JSON');
ok((grep { $_ eq 'danish-m2000-15m' } @name), 'the face of the real clip is '
    . 'among them');

# What cannot be written is no success
SKIP: {
    skip('no /dev/full', 2) if !-c '/dev/full';
    for my $command ("targets", "score @pistol <'$black.csv'") {
        put('black.jpg.csv', "0,0\n");
        my $rc = system("$gmshoot $command >/dev/full 2>'$dir/err'");
        is($rc >> 8, 1, "$command: a full disk is no success");
    }
}

# The set-up asks for nothing when all is there

chdir($Gmshoot::repo);
($status, $out, $err) = run_command($dir, 20, '', 'tools/install.sh', 'build');
SKIP: {
    skip('packages are missing here', 1) if $out =~ /installing/
        || $err =~ /missing/;
    is("$status $out$err", '0 ', 'where all packages are there, install.sh '
        . 'says nothing');
}

done_testing();
