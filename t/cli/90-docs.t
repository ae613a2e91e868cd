#!/usr/bin/perl

# What the documentation says is so: its links lead somewhere, its commands
# work as they stand while `make run` runs, its options are those of --help.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Basename qw(basename dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;

Gmshoot::needs();
plan(skip_all => 'no gmshoot, run make') if !-x "$Gmshoot::build/gmshoot";
plan(skip_all => 'the module is in this nginx') if $ENV{GMS_NGINX};

my $repo  = $Gmshoot::repo;
my $build = $Gmshoot::build;
my $dir   = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my @docs  = map { s{^\Q$repo\E/}{}r }
    ("$repo/README.md", "$repo/CONTRIBUTING.md", sort glob("$repo/docs/*.md"));
my %text  = map { $_ => Gmshoot::slurp("$repo/$_") } @docs;

# make test hands down what must not reach the makes of this test.
delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES)};

# Exit status and standard output of a line of bash; errors go to $dir/err.
sub bash {
    my ($line) = @_;

    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open(STDIN, '<', '/dev/null') or die $!;
        open(STDERR, '>', "$dir/err") or die $!;
        exec('timeout', '60', 'bash', '-c', $line) or die $!;
    }
    local $/ = undef;
    my $said = <$out>;
    close($out);
    return ($? >> 8, defined $said ? $said : '');
}

# --- links

# As GitHub makes them of headings.
sub anchors {
    my ($text) = @_;

    $text =~ s/^```.*?^```//gms;
    my %anchor;
    for my $heading ($text =~ /^#+ (.*)/mg) {
        my $slug = lc $heading;
        $slug =~ s/[^\w\- ]//g;
        $slug =~ tr/ /-/;
        my $again = $anchor{$slug}++;
        $anchor{"$slug-$again"}++ if $again;
    }
    return \%anchor;
}

for my $doc (@docs) {
    my @dead;
    my $prose = $text{$doc} =~ s/^```.*?^```//gmsr;

    while ($prose =~ /\]\(([^)\s]+)\)/g) {
        my $link = $1;
        my ($file, $anchor) = split(/#/, $link, 2);
        next if $file =~ /^[a-z]+:/;

        my $path = $file eq '' ? $doc : dirname($doc) . "/$file";
        if (!-e "$repo/$path") {
            push @dead, $link;
        } elsif (defined $anchor && $path =~ /\.md$/) {
            push @dead, $link
                if !anchors(Gmshoot::slurp("$repo/$path"))->{$anchor};
        }
    }
    is(join(' ', @dead), '', "every link of $doc leads somewhere");
}

my $index = $text{'docs/README.md'} || '';
is(join(' ', grep { $index !~ /\]\(\Q$_\E\)/ } grep { $_ ne 'README.md' }
             map { basename($_) } grep { m{^docs/} } @docs),
   '', 'docs/README.md lists all that lies beside it');

# --- what goes wrong, and where it is tried

my @tried = $text{'CONTRIBUTING.md'}
    =~ /^\| [^|]+ \| (t\/\S+) \| ([^|]+) \|$/mg;
my @stale;
while (my ($file, $words) = splice(@tried, 0, 2)) {
    # a sentence may be broken over two lines of a test
    my $said = Gmshoot::slurp("$repo/$file") =~ s/'\s*\.\s*'//gr;
    push @stale, "$file: $words" if index($said, $words) < 0;
}
is(join("\n", @stale), '', 'each trouble is tried where CONTRIBUTING.md says');
cmp_ok(scalar(() = $text{'CONTRIBUTING.md'} =~ m{^\| [^|]+ \| t/}mg), '>', 30,
       'of which there are many');

# --- options

my (undef, $usage) = bash("$build/gmshoot --help");
my %sub = $usage =~ /^  (\w+) +(\S.*)/mg;
my %section = $text{'docs/command-line.md'}
    =~ /^## gmshoot (\w+)\n(.*?)(?=^## |\z)/gms;
is_deeply([ sort keys %section ], [ sort keys %sub ],
          'docs/command-line.md has every subcommand and no others');

for my $name (sort keys %sub) {
    my (undef, $help) = bash("$build/gmshoot $name --help");
    my %offered = map { $_ => 1 } $help =~ /(--[a-z]+)/g;
    my %told = map { $_ => 1 } ($section{$name} || '')
        =~ /^(?:\| `|    gmshoot .*?\[?)(--[a-z]+)/mg;
    my %synopsis = map { $_ => 1 } (($section{$name} || '')
        =~ /^    gmshoot (.*)/m)[0] =~ /(--[a-z]+)/g;

    is_deeply([ sort keys %told ], [ sort keys %offered ],
              "docs/command-line.md explains the options of gmshoot $name");
    is_deeply([ sort keys %synopsis ], [ sort keys %offered ],
              "and its synopsis names them");
    is(join(' ', grep { index($text{'docs/command-line.md'}, $_) < 0 }
                 $help =~ m{((?:^|(?<=[\s(]))[\w.]*/[\w./-]*\w)}g,
                 $help =~ /(\$[A-Z_]+)/g, $help =~ /^  (\w+\.\w+)/mg),
       '', 'and the places, variables and verbs of its --help');
}

# --- the example of a source

SKIP: {
    my ($source) = $text{'docs/cameras.md'} =~ /^```c\n(.*?)^```/ms;
    cmp_ok(($source // '') =~ tr/\n//, '>', 0,
           'docs/cameras.md shows how a source is written');
    cmp_ok($source =~ tr/\n//, '<=', 60, 'in sixty lines');
    skip('no gcc', 1) if system('gcc --version > /dev/null 2>&1') != 0;

    open(my $fh, '>', "$dir/drop.c") or die $!;
    print {$fh} $source;
    close($fh) or die $!;
    is((bash("gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror "
             . '-Wno-unused-parameter -DGMS_CAMERA_DROP=99 -fsyntax-only '
             . "-I$repo/worker/capture $dir/drop.c"))[0],
       0, 'and the compiler takes it') or diag(Gmshoot::slurp("$dir/err"));
}

# --- packages

SKIP: {
    my %wants = Gmshoot::slurp("$repo/tools/packages") =~ /^([^#\s]\S*) +(\w+)$/mg;
    cmp_ok(scalar keys %wants, '>', 10, 'tools/packages is a list');

    my @missing = grep {
        (bash("dpkg-query -W -f '\${db:Status-Status}' $_"))[1]
            ne 'installed' } sort keys %wants;
    skip('no list of packages here', 1)
        if @missing && !length((bash('apt-cache show gcc'))[1]);
    is(join(' ', grep { !length((bash("apt-cache show $_"))[1]) } @missing),
       '', 'Debian has every package of it');
}

# --- blocks of lines: indented, or fenced without a language

sub blocks {
    my ($text) = @_;

    my @blocks;
    $text =~ s/^```(\w*)\n(.*?)^```\n/push @blocks, [ $-[0], $1, $2 ];
               ' ' x length $&/gmse;
    while ($text =~ /(?<=\n\n)((?:(?: {4}.*)?\n)+)/g) {
        my ($at, $lines) = ($-[0], $1);
        push @blocks, [ $at, '', $lines =~ s/^ {4}//gmr ] if $lines =~ /\S/;
    }
    return map { { language => $_->[1], lines => [ split(/\n/, $_->[2]) ],
                   text => $_->[2] } }
        sort { $a->[0] <=> $b->[0] } @blocks;
}

# A line of a block without what is said of it beside it.
sub command {
    my ($line) = @_;
    return $line =~ s/\s+#.*//r;
}

# Ranges and targets are as nginx wants them.
for my $doc (@docs) {
    for my $block (grep { $_->{text} =~ /^gmshoot_(?:range|target) \S+ \{/m }
                        blocks($text{$doc})) {
        my $conf = $block->{text} =~ s{(clip:)\S+?(;| )}{$1/none.avi$2}r;
        next if $conf =~ /^gmshoot_(?:range|target) name/m; # a synopsis
        my $lane = $conf =~ /^gmshoot_range/m ? '' : Gmshoot::range('lane1');
        my ($status, $said)
            = Gmshoot->new(ranges => "$conf\n$lane")->check;

        is($status, 0, "nginx takes the example of $doc") or diag($said);
    }
}

# --- make run, and the commands beside it

my $port = Gmshoot::free_port();
my $runner;

sub start {
    my (%variable) = @_;

    unlink("$dir/run.log");
    $runner = fork() // die "fork: $!";
    return if $runner;

    %ENV = (%ENV, BUILD => $build, PORT => $port, RUN => "$dir/run",
            %variable);
    $SIG{INT} = 'DEFAULT'; # a shell that ignores it cannot wait for it
    open(STDOUT, '>', "$dir/run.log") or die $!;
    open(STDERR, '>&', \*STDOUT) or die $!;
    exec("$repo/tools/run.sh") or die $!;
}

sub run_ended {
    my ($seconds) = @_;

    my $until = time + $seconds;
    while (time < $until) {
        return 1 if waitpid($runner, WNOHANG) == $runner;
        sleep(0.02);
    }
    return 0;
}

END {
    local $?;
    if ($runner) {
        kill('TERM', $runner);
        if (!run_ended(8)) {
            kill('KILL', $runner);
            kill('TERM', map { Gmshoot::slurp("$dir/run/$_.pid") || () }
                         qw(worker nginx));
        }
    }
}

my $t = bless { port => $port, dir => $dir }, 'Gmshoot::Client';
@Gmshoot::Client::ISA = ('Gmshoot');
{ no warnings 'once'; *Gmshoot::Client::DESTROY = sub { }; }

sub says_where {
    return $t->wait_for(sub {
        my $log = Gmshoot::slurp("$dir/run.log");
        return $log =~ /GMShoot runs on/ || $log =~ /test failed/ && -1;
    }, 'make run to say where it runs', 15);
}

start();
is(says_where(), 1, 'make run starts')
    or BAIL_OUT(Gmshoot::slurp("$dir/run.log"));
for my $lane (qw(lane1 lane2)) {
    ok($t->wait_for(sub {
        ($t->get_json("/api/lanes/$lane")->{detector}{state} || '') eq 'live'
    }, "$lane to be ready", 20), "$lane of the demonstration is ready");
}

# A recording for the examples: one picture of the lane, twenty times.
sub recording {
    my ($file, $jpeg) = @_;

    my $chunk = sub {
        my ($id, $data) = @_;
        return $id . pack('V', length $data) . $data
            . (length($data) % 2 ? "\0" : '');
    };
    my $avih = pack('V14', 66667, 0, 0, 0, 20, 0, 1, 0, 1280, 720, 0, 0, 0, 0);
    my $strh = 'vidsMJPG' . pack('V10', 0, 0, 0, 1, 15, 0, 20, 0, 0, 0)
        . pack('v4', 0, 0, 1280, 720);
    my $strf = pack('V3v2', 40, 1280, 720, 1, 24) . 'MJPG'
        . pack('V5', 0, 0, 0, 0, 0);
    my $hdrl = 'hdrl' . $chunk->('avih', $avih) . $chunk->('LIST',
        'strl' . $chunk->('strh', $strh) . $chunk->('strf', $strf));

    open(my $fh, '>:raw', $file) or die "$file: $!";
    print {$fh} $chunk->('RIFF', 'AVI ' . $chunk->('LIST', $hdrl)
        . $chunk->('LIST', 'movi' . $chunk->('00dc', $jpeg) x 20));
    close($fh) or die "$file: $!";
    return;
}

recording("$dir/session.avi", $t->get('/api/lanes/lane1/frame.jpg')->{body});

my %environment = (GMSHOOT_LINK => "$dir/run/link.sock",
                   GMSHOOT_TARGETS => "$repo/conf/targets.conf");
@ENV{ keys %environment } = values %environment;

# The line as it works here: this build, this port, and in little time.
sub here {
    my ($line) = @_;

    $line =~ s{(^|\| )(?:build/)?gmshoot }{$1$build/gmshoot };
    $line =~ s{http://localhost(?::8080)?/}{http://localhost:$port/}g;
    $line =~ s{/home/me/session\.avi}{$dir/session.avi};
    $line =~ s{--max-time \d+}{--max-time 1};
    $line =~ s{shots=\d+}{shots=1};
    return $line;
}

my (%ran, %answer);

sub works {
    my ($doc, $line) = @_;

    if ($line =~ /^make\b/) {
        my ($status) = bash("cd $repo && $line -n BUILD=$build");
        is($status, 0, "$doc: $line") or diag(Gmshoot::slurp("$dir/err"));
        $ran{make}++;
        return;
    }

    if ($line =~ /\b(?:prove|node) (\S+)/) {
        ok(-e "$repo/$1", "$doc: $line");
        return;
    }

    my ($status, $said) = bash("cd $dir && " . here($line));
    $status = 0 if $status == 28 && $line =~ /--max-time/;
    is($status, 0, "$doc: $line") or diag(Gmshoot::slurp("$dir/err"), $said);
    $ran{ $line =~ /^curl/ ? 'curl' : 'gmshoot' }++;

    like($said, qr/^event: snapshot$/m, 'and events come')
        if $line =~ /events/;
    is($said, $answer{$line}, 'and the same again')
        if $line =~ /Idempotency-Key/ && $answer{$line};
    $answer{$line} = $said;
    return $said;
}

for my $doc (@docs) {
    my $last;
    for my $block (blocks($text{$doc})) {
        if ($block->{language} eq 'json' && $last && $last =~ /^\{"type"/) {
            my @document = map { JSON::PP->new->decode($_) }
                $last, $block->{text};
            like($_->{request_id}, qr/^[0-9a-f]{32}$/, 'with its own id')
                for @document;
            delete $_->{request_id} for @document;
            is_deeply(@document, 'and the answer is the one that is shown');
        }
        undef $last;
        next if $block->{language} ne '';

        for my $line (map { command($_) } @{ $block->{lines} }) {
            next if $line !~ /^(?:make|curl|printf|prove|node|GMS_\S+ prove
                               |build\/gmshoot|gmshoot)\b/x;
            next if $line =~ /^gmshoot .*\[/; # a synopsis
            $last = works($doc, $line);
        }
    }
}

cmp_ok($ran{$_->[0]} || 0, '>=', $_->[1], "$_->[0] was tried often enough")
    for [ make => 5 ], [ curl => 20 ], [ gmshoot => 9 ];

cmp_ok(-s "$dir/frame.jpg" || 0, '>', 10_000, 'the picture is one');
cmp_ok(-s "$dir/live.mjpeg" || 0, '>', 100_000, 'live pictures are several');

sub interrupt {
    kill('INT', $runner);
    ok(run_ended(15), 'Ctrl-C ends it')
        or die "tools/run.sh does not end:\n" . Gmshoot::slurp("$dir/run.log");
    ok(!-e "$dir/run/link.sock", 'and no socket stays behind');
    undef $runner;
    return;
}

interrupt();

# --- a camera of one's own

my ($own) = $text{'README.md'} =~ /^make run (CAMERA=.*)/m;
start($own =~ /([A-Z]+)=(\S+)/g);
is(says_where(), 1, "make run $own starts");
interrupt();

done_testing();
