# What nginx -t says about ranges, and what it does not do.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Trouble qw(fds);
use Test::More;

my $t = Gmshoot->new;

sub target {
    my (%key) = @_;
    my %line = (title => '"Mine"', rings => '10..1 first=10mm step=10mm',
                black => '7', inner => '5mm', gauge => '5.6mm',
                decimal => 'linear', %key);
    return "gmshoot_target mine {\n"
        . join('', map { defined $line{$_} ? "    $_ $line{$_};\n" : '' }
                   sort keys %line)
        . "}\n";
}

sub zoned {
    my (%key) = @_;
    my %line = (zone => 'A points=5 0,0mm 9,0mm 0,9mm', gauge => '9mm',
                scoring => 'by-hand', %key);
    return "gmshoot_target zoned {\n"
        . join('', map { "    $_ $line{$_};\n" } sort keys %line) . "}\n";
}

# A course with what is wrong in it, and a lane.
sub course {
    my ($line) = @_;
    return "gmshoot_course mine {\n    title \"Mine\";\n    $line;\n}\n"
        . Gmshoot::range('lane1');
}

my ($status, $said) = $t->check;
is($status, 0, 'a range as documented is accepted') or diag($said);

$t->write_conf(ranges => zoned() . target(scoring => 'by-hand', decimal => 'none',
    bull => qq{1 at=-99,0mm;\n    bull S at=99,0mm sighter})
    . Gmshoot::range('lane1'));
($status, $said) = $t->check;
is($status, 0, 'so are a face of zones and a card of bulls') or diag($said);

$t->write_conf(ranges => course('commands shooter;
    stage sighters sighters time=5min;
    stage match shots=10 series=5 repeat=2 time=5min prepare=7s pause=1min;
    stage duel shots=5 shown=3s away=7s'));
($status, $said) = $t->check;
is($status, 0, 'and a course of fire') or diag($said);

# what is wrong, the text whose line is named, what the message must hold
my @wrong = (
    ['an unknown key', Gmshoot::range('lane1', colour => 'red'),
     'colour red', qr/colour/],
    ['a key that is missing', Gmshoot::range('lane1', target => undef),
     'gmshoot_range lane1', qr/target/],
    ['a key that stands twice', Gmshoot::range('lane1',
        title => qq{"a";\n    title "b"}), 'title "b"', qr/title/],
    ['a lane that stands twice',
     Gmshoot::range('lane1') . Gmshoot::range('lane2')
        . "# again\n" . Gmshoot::range('lane1', title => '"Again"'), undef,
     qr/lane1/],
    ['a caliber without a unit', Gmshoot::range('lane1', caliber => '4.5'),
     'caliber 4.5', qr/4\.5/],
    ['a distance in an unknown unit', Gmshoot::range('lane1', distance => '30lea'),
     'distance 30lea', qr/30lea/],
    ['a target nobody declared', Gmshoot::range('lane1', target => 'nosuch'),
     'target nosuch', qr/nosuch/],
    ['a camera of an unknown kind',
     Gmshoot::range('lane1', camera => 'pinhole:/dev/null'),
     'camera pinhole', qr/pinhole/],
    ['a lane name with a blank', Gmshoot::range('"lane 1"'),
     'gmshoot_range', qr/lane 1/],
    ['a lane name that climbs', Gmshoot::range('../lane'),
     'gmshoot_range', qr/\.\.\/lane/],
    ['a block within the block',
     "gmshoot_range lane1 {\n    camera {\n    }\n}\n", 'camera {',
     qr/unexpected "\{"/],
    ['a block that does not end', "gmshoot_range lane1 {\n    title x;\n",
     undef, qr/unexpected end of file/],
    ['a target without rings',
     target(rings => undef) . Gmshoot::range('lane1'),
     'gmshoot_target mine', qr/rings/],
    ['a ring that does not grow',
     target(rings => '10=20mm 9=20mm', black => 9, decimal => 'none')
        . Gmshoot::range('lane1'), 'rings 10=20mm', qr/wider/],
    ['an inner ten larger than the ten',
     target(inner => '11mm', decimal => 'two-part') . Gmshoot::range('lane1'),
     'inner 11mm', qr/wider than the first/],
    ['a zone that is not closed',
     zoned(zone => 'A points=5 0,0mm 9,0mm') . Gmshoot::range('lane1'),
     'zone A', qr/encloses nothing/],
    ['a zone whose sides cross',
     zoned(zone => 'A points=5 0,0mm 9,9mm 9,0mm 0,9mm')
        . Gmshoot::range('lane1'), 'zone A', qr/crosses or touches/],
    ['a zone of too many corners',
     zoned(zone => 'A points=5 ' . join ' ', map { "$_,0mm" } 1 .. 17)
        . Gmshoot::range('lane1'), 'zone A', qr/more than 16 corners/],
    ['a corner without a unit',
     zoned(zone => 'A points=5 0,0mm 9,9 9,0mm') . Gmshoot::range('lane1'),
     'zone A', qr/"9,9" has no unit/],
    ['zones for a camera',
     zoned(scoring => 'camera') . Gmshoot::range('lane1'),
     'zone A', qr/scoring by-hand/],
    ['a bull that stands twice',
     target(bull => qq{1 at=0,0mm;\n    bull 1 at=99,0mm},
            scoring => 'by-hand') . Gmshoot::range('lane1'),
     'bull 1 at=99', qr/"1" is there already/],
    ['a target with a ring of no size',
     target(rings => '10..1 first=0mm step=10mm') . Gmshoot::range('lane1'),
     'rings 10..1', qr/0mm/],
    ['an unknown key of a course', course('stages match'), 'stages match',
     qr/did you mean "stage"/],
    ['a course that stands twice', "gmshoot_course mine {\n}\n# again\n"
        . course('commands coach'), undef, qr/"mine" is there already/],
    ['a course that nobody may command', course('commands nobody'),
     'commands nobody', qr/none of coach, shooter/],
    ['a course for a target nobody declared', course('targets nosuch'),
     'targets nosuch', qr/course "mine": no gmshoot_target "nosuch"/],
    ['a stage that stands twice', course("stage a;\n    stage  a"),
     'stage  a', qr/says repeat=/],
    ['a stage of too long a name', course('stage ' . 'x' x 24),
     'stage xxx', qr/1 to 23 bytes/],
    ['more stages than there are',
     course(join ";\n    ", map { "stage s$_" } 1 .. 13), 'stage s13',
     qr/more than 12 stages/],
    ['a time without a unit', course('stage a time=10'), 'stage a time=10',
     qr/time "10" has no unit/],
    ['a time beyond a day', course('stage a time=1500min'), 'stage a time=1500',
     qr/time "1500min" is outside/],
    ['a number of shots that is none', course('stage a shots=ten'),
     'stage a shots=ten', qr/shots "ten" is no whole number/],
    ['a series that does not fit', course('stage a shots=10 series=3'),
     'stage a shots=10', qr/no multiple of series=/],
    ['a target that turns without end', course('stage a shown=3s away=7s'),
     'stage a shown', qr/give shots=/],
    ['half a turn of a target', course('stage a shots=5 shown=3s'),
     'stage a shots=5', qr/go together/],
    ['an option that stands twice', course('stage a shots=5 shots=6'),
     'stage a shots=5', qr/shots= is there already/],
    ['an option that is none', course('stage a shot=5'), 'stage a shot=5',
     qr/"shot=5" is unknown/],
);

for my $case (@wrong) {
    my ($what, $ranges, $line, $holds) = @$case;

    $t->write_conf(ranges => $ranges);
    ($status, $said) = $t->check;

    isnt($status, 0, "$what is refused");
    like($said, $holds, 'and the message names it');

    my $number = defined $line ? $t->line_of('ranges.conf', $line) : '\d+';
    like($said, qr/ranges\.conf:$number\b/, 'with its file and line');
}

# --- files within files

$t->put('part.conf', "    caliber  4.5mm;\n    colour  red;\n");
$t->write_conf(ranges => Gmshoot::range('lane1',
    caliber => undef, include => 'part.conf'));
($status, $said) = $t->check;
like($said, qr/part\.conf:2\b/, 'include works in a range, and errors '
    . 'name the file they stand in');

$t->put('part.conf', "    caliber  4.5mm;\n");
($status, $said) = $t->check;
is($status, 0, 'a range may be put together of files') or diag($said);

# --- directives

for my $case (
    ['gmshoot_api writer=$x', 'location', qr/role=\$variable/],
    ['gmshoot_api role=$nosuch', 'location', qr/unknown "nosuch" variable/],
) {
    my ($directive, undef, $holds) = @$case;
    $t->write_conf(ranges => Gmshoot::range('lane1'),
                   server => "location /x/ { $directive; }");
    ($status, $said) = $t->check;
    isnt($status, 0, "$directive is refused");
    like($said, $holds, 'and it says why');
}

$t->write_conf(server => 'location /x/ { gmshoot_status mood; }');
($status, $said) = $t->check;
like($said, qr/invalid value "mood"/, 'gmshoot_status knows its words');

$t->write_conf(server => '', http => 'gmshoot_link ' . 'x' x 120 . ';');
($status, $said) = $t->check;
like($said, qr/gmshoot_link/, 'a socket path that is too long is refused');

# --- nginx -t on a running installation

$t->write_conf(http => '', server => '', ranges => Gmshoot::range('lane1'));
my $w = $t->worker;
$w->say('need 1');
$t->start;
my $config = $w->expect(qr/^config /);
like($config, qr/^config \{"lanes":\[\{"name":"lane1"/,
     'a worker that has no ranges is sent them');
$t->link_up;

# Files, with what they are, but for those that nginx writes to.
sub files {
    return join("\n", map { my @s = lstat($_); "$_ @s[0, 1, 2, 7]" }
        grep { !/check\.out$|error\.log$/ }
        glob("$t->{dir}/* $t->{dir}/*/* $t->{dir}/*/*/*"));
}

sub traces {
    my @pid = ($t->{pid}, $t->worker_pids);
    return join("\n", files(), map { my $fd = fds($_);
        "$_ " . join(' ', map { "$_:$fd->{$_}" } sort keys %{$fd}) } @pid);
}

$t->write_conf(ranges => Gmshoot::range('lane1', title => '"Changed"'));
my $traces = traces();
my $silent = $t->log_text;
($status, $said) = $t->check;
is($status, 0, 'nginx -t of another configuration is fine');
is($w->expect(qr/./, 0.5), undef, 'and not a word of it goes to the worker');
is(traces(), $traces, 'nor is there a file, a socket, a process, a descriptor '
   . 'more than before');
is($t->log_text, $silent, 'nor a line in the log');

my $before = $t->get_json('/api/lanes');
is($before->{link}, 'up', 'the installation runs on');

# --- reload

$t->reload;
my $hello = $w->expect(qr/^hello/);
like($w->expect(qr/^config/), qr/"title":"Changed"/,
     'a reload hands the new ranges over');
like($hello, qr/^hello [1-9]/, 'with a generation');

$t->write_conf(ranges => Gmshoot::range('lane1', colour => 'red'));
kill('HUP', $t->{pid});
ok($t->wait_for(sub { $t->log_text =~ /\[emerg\].*colour/ }),
   'a reload of broken ranges is refused');
is($t->get_json('/api/lanes')->{link}, 'up', 'and the old ones serve on');
is($w->expect(qr/^(?:hello|config)/, 0.3), undef,
   'of which the worker hears nothing');

# --- what the worker thinks of it

$t->write_conf(ranges => Gmshoot::range('lane1', title => '"Third"'));
$w->say('config refuse the camera of "lane1" is taken');
$t->reload;
$w->expect(qr/^config/);
ok($t->wait_for(sub {
    ($t->get_json('/api/lanes')->{config_error} || '')
        eq 'the camera of "lane1" is taken'
}), 'a refusal by the worker shows in /api/lanes');

my $n = () = $t->log_text =~ /refused the ranges/g;
is($n, 1, 'and once in the log');
my $ready;
ok($t->wait_for(sub {
    $ready = $t->get('/readyz');
    return $ready->{body} =~ /"check":"configuration","checks"/;
}), 'such an nginx is not ready, and says why');
$t->is_problem($ready, 503, 'config-refused', 'as a problem document');
ok($t->wait_for(sub {
    $t->get('/metrics')->{body} =~ /^gmshoot_config_refused 1$/m;
}), 'and tells it to those who watch');

$t->write_conf(ranges => '', server => '');
$w->say('config ok');
$t->reload;
like($w->expect(qr/^hello/), qr/^hello 0 /,
     'an nginx without ranges has no generation');
is($w->expect(qr/^config/, 0.3), undef, 'and sends no configuration');

$t->{allowed} = qr/colour/;
$t->finish;
