#!/usr/bin/perl

# The manual page: well-formed, and of the same commands, options, verbs,
# places and variables as --help and the program.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;

my $gmshoot = "$Gmshoot::build/gmshoot";
plan(skip_all => 'no gmshoot, run make') if !-x $gmshoot;

my $repo = $Gmshoot::repo;
my $file = "$repo/man/gmshoot.1";
my $page = Gmshoot::slurp($file);

sub told {
    my (@arg) = @_;
    open(my $out, '-|', @arg) or die "$arg[0]: $!";
    local $/ = undef;
    return scalar <$out>;
}

sub set { return { map { $_ => 1 } @_ }; }

# --- its form

my $mandoc = grep { -x "$_/mandoc" } split(/:/, $ENV{PATH});
SKIP: {
    skip('no mandoc', 3) if !$mandoc;
    is(told('mandoc', '-T', 'lint', '-W', 'warning', $file), '',
       'mandoc finds nothing to warn of');
    my $text = told('mandoc', '-T', 'ascii', '-O', 'width=500', $file);
    $text =~ s/.\x08//g;

    # what a quote or a point does to a line of the source, shows here
    my $ctl = told($gmshoot, 'ctl', '--help');
    my @json = $ctl =~ /^  \w[\w.]+ +(\{[^{}\n]*\})/mg;
    cmp_ok(scalar @json, '>=', 8, 'ctl --help shows what verbs take');
    is(join("\n", grep { index($text, $_) < 0 } @json), '',
       'and so does the page, to the letter') or diag($text);
}

# --- commands and their options

my %help = told($gmshoot, '--help') =~ /^  (\w+) +(\S.*)/mg;
my ($commands) = $page =~ /^\.Sh COMMANDS\n(.*?)^\.Sh /ms;
my @part = $commands =~ /^\.Ss (\w+)\n(.*?)(?=^\.Ss |\z)/msg;
is(join(' ', map { $part[2 * $_] } 0 .. $#part / 2),
   join(' ', told($gmshoot, '--help') =~ /^  (\w+) +\S/mg),
   'it has every command, in the order of --help');
my %part = @part;

for my $name (sort keys %part) {
    my $help = told($gmshoot, $name, '--help');
    my ($synopsis) = $part{$name} =~ /\A\.Nm gmshoot \Q$name\E\n(.*?)^\.Pp/ms;
    my @item = $part{$name} =~ /^\.It (Fl .*)/mg;

    my $offered = set($help =~ /--([a-z][a-z-]*)/g);
    is_deeply(set(map { /Fl -([a-z-]+)/g } @item), $offered,
              "it explains the options of gmshoot $name");
    is_deeply(set($synopsis =~ /Fl -([a-z-]+)/g), $offered,
              'and shows them before');
    is(join(' ', grep { index($part{$name}, $_) < 0 }
                 $help =~ m{(/(?:var|run)/[\w./-]*\w)}g), '',
       'and the places of its --help');
}

my $ctl = told($gmshoot, 'ctl', '--help');
is_deeply(set(map { split(/ , /) } $part{ctl} =~ /^\.It Cm (.*)/mg),
          set(grep { $_ ne 'gmshoot' } $ctl =~ /^  ([a-z]+(?:\.[a-z]+)*)(?: |$)/mg),
          'and every verb of a lane');

# --- variables of the environment

my $code = join('', map { Gmshoot::slurp($_) }
                    glob("$repo/worker/*.c $repo/worker/*/*.c"));
is_deeply(set($page =~ /^\.It Ev (GMSHOOT_\w+)/mg),
          set($code =~ /"(GMSHOOT_[A-Z]+)"/g),
          'it has the variables that the program reads');

# --- exit status

is(join(' ', ($page =~ /^\.Sh EXIT STATUS\n(.*?)^\.Sh /ms)[0] =~ /^\.It (\d)/mg),
   '0 1 2', 'and how it ends');

done_testing();
