#!/usr/bin/perl

# docs/directives.md and docs/configuration.md against the tables that nginx
# and the grammar go by: names, contexts, how many words, what must be there,
# options, defaults, examples.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;

Gmshoot::needs();

my $repo = $Gmshoot::repo;
my $docs = Gmshoot::slurp("$repo/docs/directives.md");
my $blocks = Gmshoot::slurp("$repo/docs/configuration.md");
my $code = join('', map { Gmshoot::slurp($_) } glob("$repo/ngx_module/*.c"));

# Parts of a page by their headings.
sub sections {
    my ($text) = @_;
    return $text =~ /^## ([^\n]+)\n(.*?)(?=^## |\z)/gms;
}

# --- directives

# { name => [contexts, least words, most words, block] } as nginx has it.
my %table;
while ($code =~ /\{\s*ngx_string\("(gmshoot_\w+)"\),\s*
                 ((?:NGX_\w+\s*\|?\s*)+),\s*ngx_\w+,\s*(?:NGX_HTTP|0)/gx) {
    my ($name, $flags) = ($1, $2);
    my %has = map { $_ => 1 } $flags =~ /NGX_(\w+)/g;
    my @context = map { $_->[1] } grep { delete $has{"HTTP_$_->[0]_CONF"} }
        [ MAIN => 'http' ], [ SRV => 'server' ], [ LOC => 'location' ],
        [ SIF => 'if in server' ], [ LIF => 'if in location' ];
    my $block = delete $has{CONF_BLOCK} || 0;
    my @words = map { /^CONF_NOARGS$/ ? 0
                    : /^CONF_FLAG$/ ? 1
                    : /^CONF_TAKE(\d+)$/ ? split(//, $1)
                    : die "$name: $_ is not known to this test" } keys %has;
    my ($least, $most) = (sort { $a <=> $b } @words)[0, -1];
    $table{$name} = [ join(', ', @context), $least, $most, $block ];
}
cmp_ok(scalar keys %table, '>=', 6, 'the module has directives');

# How many words a syntax allows: [least, most, block]; most undef: any number.
sub words {
    my ($syntax) = @_;

    my $block = $syntax =~ s/ \{ \.\.\. \}$// || 0;
    $syntax =~ s/;$//;
    $syntax =~ s/^\S+ ?//;
    my ($least, $most, $many) = (0, 0, 0);
    $syntax =~ s/\\\|/|/g;
    $syntax =~ s/ \| /|/g;
    while ($syntax =~ s/\[([^\]]*)\] ?//) {
        my $inside = $1;
        $many ||= $inside =~ s/ \.\.\.$//;
        my @inside = split(' ', $inside);
        $most += @inside;
    }
    for my $word (split(' ', $syntax)) {
        $word eq '...' ? $many = 1 : do { $least++; $most++ };
    }
    return [ $least, $many ? undef : $most, $block ];
}

my %page = sections($docs);
is_deeply([ sort grep { /^gmshoot_/ } keys %page ], [ sort keys %table ],
          'docs/directives.md has a part for each directive and no others');

my %index = $docs =~ /^\| \[(gmshoot_\w+)\]\(#(\w+)\)/mg;
is_deeply(\%index, { map { $_ => $_ } keys %table }, 'and its list names them');

my %example;
for my $name (sort keys %table) {
    my ($context, $least, $most, $block) = @{ $table{$name} };
    my $part = $page{$name} || '';

    my ($syntax, $default, $where) = $part
        =~ /\A\n {4}Syntax:   (\S.*)\n {4}Default:  (\S.*)\n {4}Context:  (\S.*)\n\n\S/
        or diag("no head of syntax, default and context: $name");
    is((split(/[ ;]/, $syntax || ''))[0], $name, "$name: its syntax");
    is_deeply(words($syntax || ''), [ $least, $most, $block ],
              'takes as many words as nginx lets through');
    is($where, $context, "stands in $context, as nginx has it");
    like($default || '', qr/^(?:-|\Q$name\E .*;)$/, 'has a default, or none');
    ($example{$name}) = $part =~ /^Example:\n\n((?: {4}.*\n|\n(?= {4}))+)/m;
    like($example{$name} || '', qr/^ *(?:location.*)?\b\Q$name\E\b/m,
         'and is shown in an example');
}

my ($kinds) = $code =~ /status_kinds\[\] = \{(.*?)\};/s;
is(($page{gmshoot_status} =~ /Syntax:   gmshoot_status (.*);/)[0],
   join(' | ', $kinds =~ /ngx_string\("(\w+)"\)/g),
   'gmshoot_status takes what it is said to take');

my ($said) = $page{gmshoot_link} =~ /Default:  gmshoot_link (\S+);/;
like($code, qr/ngx_str_set\(&mcf->link, "\Q$said\E"\)/,
     'the default of gmshoot_link is the one');

# --- variables

my ($vars) = $code =~ /ngx_http_variable_t +ngx_http_gmshoot_vars\[\] = \{(.*?)\n\};/s;
my %var = map { $_ => 1 } $vars =~ /ngx_string\("(gmshoot_\w+)"\)/g;
cmp_ok(scalar keys %var, '>=', 6, 'the module has variables');
my %shown = map { $_ => 1 } $docs =~ /^(?:## |\| `)\$(gmshoot_\w+)/mg;
is_deeply(\%shown, \%var, 'docs/directives.md explains each, and no others');
is(join(' ', grep { !$var{$_} } $docs =~ /\$(gmshoot_\w+)/g), '',
   'and speaks of no others');

# --- what stands inside of blocks

my $grammar = Gmshoot::slurp("$repo/ipc/grammar.c");
my ($keys) = $grammar =~ /gms_key_t keys\[\] = \{(.*?)\n\};/s;
my %limit = map { $_ => 1 } $grammar =~ /^#define (\w+_MAX) /mg;

my %part = sections($blocks);
my %default;
for my $block (qw(range target course)) {
    my %key;
    while ($keys =~ /\{ "(\w+)", GMS_BLOCK_\U$block\E, (\d+), (\w+),\s*([\w |]+),/g)
    {
        $key{$1} = { least => $2, most => $3, flags => $4 };
    }
    cmp_ok(scalar keys %key, '>=', 4, "gmshoot_$block has directives");

    my %row;
    my ($rows) = $part{"gmshoot_$block"}
        =~ /^\| directive \| needed \| default \| meaning \|\n\|.*\n((?:\|.*\n)+)/m;
    for my $line (split(/\n/, $rows)) {
        my ($syntax, $needed, $default) = $line
            =~ /^\| `((\w+) .*?)` \| ([^|]*?) ?\| ((?:\\\||[^|])*?) ?\| \S/
            ? ($1, $3, $4) : die "not understood: $line";
        my ($name) = $syntax =~ /^(\w+)/;
        my $words = words($syntax);
        my $row = $row{$name} ||= { least => $words->[0], most => 0,
                                    needed => '' };
        $row->{least} = $words->[0] if $words->[0] < $row->{least};
        $row->{most} = !defined $words->[1] || !defined $row->{most} ? undef
            : $words->[1] > $row->{most} ? $words->[1] : $row->{most};
        $row->{needed} ||= $needed;
        $default{$block}{$name} = $1 if $default =~ /^`([^`]+)`$/
            && !$key{$1};
    }

    is_deeply([ sort keys %row ], [ sort keys %key ],
              "docs/configuration.md has each directive of gmshoot_$block");
    for my $name (sort keys %row) {
        my ($row, $key) = ($row{$name}, $key{$name});
        next if !$key;
        is($row->{needed} eq 'yes' ? 1 : 0, $key->{flags} =~ /REQUIRED/ ? 1 : 0,
           "$name of gmshoot_$block is needed, or not, as it is told");
        cmp_ok($row->{least}, '>=', $key->{least}, 'takes so many words');
        if (defined $row->{most}) {
            is($row->{most}, $key->{most}, 'and no more');
        } else {
            ok($key->{most} =~ /\D/ || $key->{most} > $key->{least},
               'and more');
        }
    }
}

# Options key=value: what the grammar takes is told, and nothing else.
my %option = (
    course => [ 'grammar_course.c', qr/\{ "(\w+)=", / ],
    rounds => [ 'grammar_range.c', qr/\{ "(\w+)=", / ],
    camera => [ 'camera.c', qr/\{ "(\w+)", set_\w+ \}/ ],
);
my %table_of = (
    course => $blocks =~ /^\| of a stage \|.*\n\|.*\n((?:\|.*\n)+)/m,
    camera => $blocks =~ /^\| option \| meaning \|\n\|.*\n((?:\|.*\n)+)/m,
    rounds => ($blocks =~ /^### rounds\n(.*?)^## /ms)[0],
);
for my $of (sort keys %option) {
    my ($file, $pattern) = @{ $option{$of} };
    my %takes = map { $_ => 1 } Gmshoot::slurp("$repo/ipc/$file") =~ /$pattern/g;
    my %told = map { $_ => 1 } $table_of{$of} =~ /[`| ](\w+)=/g,
        $of eq 'rounds' ? $table_of{$of} =~ /`(alpha|high|low|floor|stop)`/g
                        : ();
    is_deeply(\%told, \%takes, "the options of $of are told, and no others");
}

# --- defaults and examples, as nginx takes them

my %filled = (
    range => 'camera simulate:; target issf-10m-air-pistol; caliber 4.5mm;',
    target => 'rings 10..1 first=5mm step=5mm; black none; gauge 4.5mm;',
    course => 'stage match shots=5;',
);
my $defaults = join('', map { my $block = $_;
    map { "gmshoot_$block of-$block-$_ { $filled{$block}\n"
          . "$_ $default{$block}{$_}; }\n" } sort keys %{ $default{$block} }
} sort keys %default);
my @told = map { keys %{ $default{$_} } } keys %default;
cmp_ok(scalar @told, '>=', 6, 'defaults are told: ' . join(' ', sort @told));

my (@http, @server);
for my $name (sort keys %example) {
    push @{ $example{$name} =~ /^ *location/ ? \@server : \@http },
        $example{$name} // '';
}

my $t = Gmshoot->new(conf => <<"CONF");
%%GLOBALS%%
http {
    %%HTTP%%
    include  %%REPO%%/conf/targets.conf;
    @http
    $defaults
    server {
        listen  127.0.0.1:%%PORT%%;
        @server
    }
}
CONF
my ($status, $out) = $t->check;
is($status, 0, 'nginx takes every example, and every default as it is told')
    or diag($out);

done_testing();
