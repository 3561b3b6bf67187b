// The emoji that Slack's standard short names stand for: name and character in turn.

const PAIRS = `
+1 👍 -1 👎 100 💯 1234 🔢 8ball 🎱 a 🅰️ ab 🆎 abacus 🧮 abc 🔤 abcd 🔡 accept 🉑 adhesive_bandage 🩹 airplane ✈️
airplane_arriving 🛬 airplane_departure 🛫 alarm_clock ⏰ alembic ⚗️ alien 👽 ambulance 🚑 anatomical_heart 🫀
anchor ⚓ angel 👼 anger 💢 angry 😠 anguished 😧 ant 🐜 apple 🍎 arrow_backward ◀️ arrow_double_down ⏬
arrow_double_up ⏫ arrow_down ⬇️ arrow_down_small 🔽 arrow_forward ▶️ arrow_heading_down ⤵️
arrow_heading_up ⤴️ arrow_left ⬅️ arrow_lower_left ↙️ arrow_lower_right ↘️ arrow_right ➡️
arrow_right_hook ↪️ arrow_up ⬆️ arrow_up_down ↕️ arrow_up_small 🔼 arrow_upper_left ↖️
arrow_upper_right ↗️ arrows_clockwise 🔃 arrows_counterclockwise 🔄 art 🎨 articulated_lorry 🚛 asterisk *️⃣
astonished 😲 athletic_shoe 👟 atm 🏧 atom_symbol ⚛️ avocado 🥑 axe 🪓 b 🅱️ baby 👶 back 🔙 badger 🦡 bagel 🥯
balloon 🎈 ballot_box_with_ballot 🗳️ ballot_box_with_check ☑️ bamboo 🎍 banana 🍌 bangbang ‼️ bank 🏦
bar_chart 📊 baseball ⚾ basket 🧺 basketball 🏀 bat 🦇 bath 🛀 bathtub 🛁 battery 🔋 beach_with_umbrella 🏖️
bear 🐻 bearded_person 🧔 beaver 🦫 bed 🛏️ bee 🐝 beer 🍺 beers 🍻 beetle 🪲 beginner 🔰 bell 🔔 bell_pepper 🫑
bellhop_bell 🛎️ bento 🍱 bicyclist 🚴 bike 🚲 bird 🐦 birthday 🎂 black_cat 🐈‍⬛ black_circle ⚫
black_circle_for_record ⏺️ black_heart 🖤 black_joker 🃏 black_large_square ⬛
black_left_pointing_double_triangle_with_vertical_bar ⏮️ black_medium_square ◼️ black_nib ✒️
black_right_pointing_triangle_with_double_vertical_bar ⏯️ black_small_square ▪️ black_square_button 🔲
black_square_for_stop ⏹️ blossom 🌼 blowfish 🐡 blue_book 📘 blue_car 🚙 blue_heart 💙 blueberries 🫐 blush 😊
boar 🐗 boat ⛵ bomb 💣 bone 🦴 book 📖 bookmark 🔖 bookmark_tabs 📑 books 📚 boom 💥 boomerang 🪃 boot 👢
bouquet 💐 bow 🙇 bow_and_arrow 🏹 bowl_with_spoon 🥣 bowling 🎳 boxing_glove 🥊 boy 👦 brain 🧠 bread 🍞 brick 🧱
bridge_at_night 🌉 briefcase 💼 broccoli 🥦 broken_heart 💔 broom 🧹 brown_heart 🤎 bubble_tea 🧋 bucket 🪣
bug 🐛 building_construction 🏗️ bulb 💡 bullettrain_front 🚅 bullettrain_side 🚄 burrito 🌯 bus 🚌 busstop 🚏
bust_in_silhouette 👤 busts_in_silhouette 👥 butter 🧈 butterfly 🦋 cactus 🌵 cake 🍰 calendar 📅
call_me_hand 🤙 calling 📲 camel 🐪 camera 📷 camera_with_flash 📸 camping 🏕️ cancer ♋ candle 🕯️ candy 🍬
canned_food 🥫 canoe 🛶 capital_abcd 🔠 card_file_box 🗃️ card_index 📇 card_index_dividers 🗂️
carousel_horse 🎠 carpentry_saw 🪚 carrot 🥕 cat 🐈 cat2 🐈 cd 💿 chains ⛓️ chair 🪑 champagne 🍾 chart 💹
chart_with_downwards_trend 📉 chart_with_upwards_trend 📈 checkered_flag 🏁 cheese_wedge 🧀 cherries 🍒
cherry_blossom 🌸 chess_pawn ♟️ chestnut 🌰 chicken 🐔 child 🧒 children_crossing 🚸 chipmunk 🐿️
chocolate_bar 🍫 chopsticks 🥢 christmas_tree 🎄 church ⛪ cinema 🎦 circus_tent 🎪 city_sunrise 🌇
city_sunset 🌆 cityscape 🏙️ cl 🆑 clap 👏 clapper 🎬 classical_building 🏛️ clinking_glasses 🥂 clipboard 📋
clock1 🕐 clock10 🕙 clock11 🕚 clock12 🕛 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖 clock8 🕗
clock9 🕘 closed_book 📕 closed_lock_with_key 🔐 closed_umbrella 🌂 cloud ☁️ clown_face 🤡 clubs ♣️ coat 🧥
cocktail 🍸 coconut 🥥 coffee ☕ coffin ⚰️ coin 🪙 cold_face 🥶 cold_sweat 😰 collision 💥 comet ☄️ compass 🧭
compression 🗜️ computer 💻 confetti_ball 🎊 confounded 😖 confused 😕 congratulations ㊗️ construction 🚧
construction_worker 👷 control_knobs 🎛️ convenience_store 🏪 cookie 🍪 cooking 🍳 cool 🆒 cop 👮 copyright ©️
corn 🌽 couch_and_lamp 🛋️ cow 🐄 cowboy 🤠 crab 🦀 crayon 🖍️ credit_card 💳 crescent_moon 🌙 cricket 🦗
crocodile 🐊 croissant 🥐 crossed_fingers 🤞 crossed_flags 🎌 crossed_swords ⚔️ crown 👑 cry 😢
crying_cat_face 😿 crystal_ball 🔮 cucumber 🥒 cupcake 🧁 cupid 💘 curly_loop ➰ currency_exchange 💱 curry 🍛
custard 🍮 customs 🛃 cut_of_meat 🥩 cyclone 🌀 dagger_knife 🗡️ dancer 💃 dancers 👯 dango 🍡
dark_sunglasses 🕶️ dart 🎯 dash 💨 date 📅 deciduous_tree 🌳 deer 🦌 department_store 🏬 desert 🏜️
desktop_computer 🖥️ detective 🕵️ diamond_shape_with_a_dot_inside 💠 diamonds ♦️ disappointed 😞
disappointed_relieved 😥 disguised_face 🥸 diving_mask 🤿 diya_lamp 🪔 dizzy 💫 dizzy_face 😵 dna 🧬
do_not_litter 🚯 dog 🐕 dog2 🐕 dollar 💵 dolphin 🐬 door 🚪 dotted_line_face 🫥 double_vertical_bar ⏸️
doughnut 🍩 dove_of_peace 🕊️ dragon 🐉 dragon_face 🐲 dress 👗 dromedary_camel 🐪 drooling_face 🤤
drop_of_blood 🩸 droplet 💧 drum_with_drumsticks 🥁 duck 🦆 dumpling 🥟 dvd 📀 e-mail 📧 eagle 🦅 ear 👂
ear_of_rice 🌾 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 egg 🍳 eggplant 🍆 eight 8️⃣
eight_pointed_black_star ✴️ eject ⏏️ electric_plug 🔌 elephant 🐘 elevator 🛗 email 📧 end 🔚 envelope ✉️
envelope_with_arrow 📩 euro 💶 evergreen_tree 🌲 exclamation ❗ exploding_head 🤯 expressionless 😑 eye 👁️
eyeglasses 👓 eyes 👀 face_palm 🤦 face_with_cowboy_hat 🤠 face_with_hand_over_mouth 🤭
face_with_head_bandage 🤕 face_with_monocle 🧐 face_with_peeking_eye 🫣 face_with_raised_eyebrow 🤨
face_with_rolling_eyes 🙄 face_with_symbols_on_mouth 🤬 face_with_thermometer 🤒 facepunch 👊 factory 🏭
fallen_leaf 🍂 family 👪 fast_forward ⏩ fax 📠 fearful 😨 feather 🪶 feet 🐾 ferris_wheel 🎡 ferry ⛴️
field_hockey_stick_and_ball 🏑 file_cabinet 🗄️ file_folder 📁 film_frames 🎞️ film_projector 📽️
fingerprint 🫆 fire 🔥 fire_engine 🚒 fire_extinguisher 🧯 firecracker 🧨 firefighter 🧑‍🚒 fireworks 🎆
first_place_medal 🥇 first_quarter_moon 🌓 fish 🐟 fish_cake 🍥 fishing_pole_and_fish 🎣 fist ✊ five 5️⃣
flag-de 🇩🇪 flag-fr 🇫🇷 flag-gb 🇬🇧 flag-jp 🇯🇵 flag-us 🇺🇸 flags 🎏 flamingo 🦩 flashlight 🔦 flatbread 🫓
fleur_de_lis ⚜️ floppy_disk 💾 flower_playing_cards 🎴 flushed 😳 fly 🪰 flying_saucer 🛸 fog 🌫️ foggy 🌁
folded_hands 🙏 football 🏈 footprints 👣 fork_and_knife 🍴 fortune_cookie 🥠 fountain ⛲ four 4️⃣
four_leaf_clover 🍀 fox_face 🦊 frame_with_picture 🖼️ free 🆓 fried_egg 🍳 fried_shrimp 🍤 fries 🍟 frog 🐸
frowning 😦 fuelpump ⛽ full_moon 🌕 full_moon_with_face 🌝 game_die 🎲 garlic 🧄 gear ⚙️ gem 💎 genie 🧞
ghost 👻 gift 🎁 gift_heart 💝 giraffe_face 🦒 girl 👧 glass_of_milk 🥛 globe_with_meridians 🌐 gloves 🧤
goal_net 🥅 goat 🐐 goggles 🥽 golf ⛳ golfer 🏌️ gorilla 🦍 grapes 🍇 green_apple 🍏 green_book 📗 green_heart 💚
green_salad 🥗 grey_exclamation ❕ grey_question ❔ grimacing 😬 grin 😁 grinning 😀 guardsman 💂‍♂️ guitar 🎸
gun 🔫 hamburger 🍔 hammer 🔨 hammer_and_pick ⚒️ hammer_and_wrench 🛠️ hamster 🐹 hand ✋ handbag 👜
handshake 🤝 hankey 💩 hash #️⃣ hatched_chick 🐥 hatching_chick 🐣 headphones 🎧 headstone 🪦 hear_no_evil 🙉
heart ❤️ heart_decoration 💟 heart_eyes 😍 heart_on_fire ❤️‍🔥 heartbeat 💓 heartpulse 💗 hearts ♥️
heavy_check_mark ✔️ heavy_division_sign ➗ heavy_dollar_sign 💲 heavy_exclamation_mark ❗
heavy_heart_exclamation_mark_ornament ❣️ heavy_minus_sign ➖ heavy_multiplication_x ✖️ heavy_plus_sign ➕
hedgehog 🦔 helicopter 🚁 helmet_with_white_cross ⛑️ herb 🌿 hibiscus 🌺 high_brightness 🔆 high_heel 👠
hole 🕳️ honey_pot 🍯 honeybee 🐝 hook 🪝 horse 🐎 horse_racing 🏇 hospital 🏥 hot_face 🥵 hot_pepper 🌶️
hotdog 🌭 hotel 🏨 hotsprings ♨️ hourglass ⌛ hourglass_flowing_sand ⏳ house 🏠 house_buildings 🏘️
house_with_garden 🏡 hugging_face 🤗 hushed 😯 ice_cream 🍨 ice_cube 🧊 icecream 🍦 id 🆔 ideograph_advantage 🉐
imp 👿 inbox_tray 📥 incoming_envelope 📨 infinity ♾️ information_desk_person 💁 information_source ℹ️
innocent 😇 interrobang ⁉️ iphone 📱 izakaya_lantern 🏮 jack_o_lantern 🎃 japan 🇯🇵 japanese_castle 🏯 jeans 👖
jigsaw 🧩 joy 😂 joy_cat 😹 joystick 🕹️ kaaba 🕋 key 🔑 keyboard ⌨️ keycap_star *️⃣ kimono 👘 kiss 💏 kissing 😗
kissing_heart 😘 kite 🪁 kiwifruit 🥝 knife 🔪 knot 🪢 koala 🐨 lab_coat 🥼 label 🏷️ lacrosse 🥍 ladder 🪜
ladybug 🐞 large_blue_circle 🔵 large_blue_diamond 🔷 large_blue_square 🟦 large_brown_circle 🟤
large_green_circle 🟢 large_green_square 🟩 large_orange_circle 🟠 large_orange_diamond 🔶
large_orange_square 🟧 large_purple_circle 🟣 large_purple_square 🟪 large_red_square 🟥
large_yellow_circle 🟡 large_yellow_square 🟨 last_quarter_moon 🌗 latin_cross ✝️ laughing 😆 leafy_green 🥬
leaves 🍃 ledger 📒 left_luggage 🛅 left_right_arrow ↔️ left_speech_bubble 🗨️ leftwards_arrow_with_hook ↩️
leg 🦵 lemon 🍋 leopard 🐆 level_slider 🎚️ light_rail 🚈 link 🔗 linked_paperclips 🖇️ lion_face 🦁 lips 👄
lipstick 💄 lizard 🦎 llama 🦙 lobster 🦞 lock 🔒 lock_with_ink_pen 🔏 lollipop 🍭 long_drum 🪘 loop ➿
lotion_bottle 🧴 loud_sound 🔊 loudspeaker 📢 love_letter 💌 low_battery 🪫 low_brightness 🔅
lower_left_ballpoint_pen 🖊️ lower_left_crayon 🖍️ lower_left_fountain_pen 🖋️ lower_left_paintbrush 🖌️
m Ⓜ️ mag 🔍 mag_right 🔎 magic_wand 🪄 magnet 🧲 mahjong 🀄 mailbox 📫 mailbox_closed 📪 mailbox_with_mail 📬
mailbox_with_no_mail 📭 man 👨 mango 🥭 mantelpiece_clock 🕰️ maple_leaf 🍁 mask 😷 massage 💆 mate_drink 🧉
meat_on_bone 🍖 mechanical_arm 🦾 medal 🎖️ mega 📣 melon 🍈 melting_face 🫠 memo 📝 mending_heart ❤️‍🩹
menorah_with_nine_branches 🕎 mens 🚹 merperson 🧜 metro 🚇 microbe 🦠 microphone 🎤 microscope 🔬
middle_finger 🖕 military_helmet 🪖 military_medal 🎖️ milky_way 🌌 minibus 🚐 minidisc 💽 mirror 🪞
mirror_ball 🪩 mobile_phone_off 📴 money_mouth_face 🤑 money_with_wings 💸 moneybag 💰 monkey 🐒 monkey_face 🐵
monorail 🚝 moon 🌔 moon_cake 🥮 mortar_board 🎓 mosque 🕌 mosquito 🦟 mostly_sunny 🌤️ motor_boat 🛥️
motor_scooter 🛵 motorway 🛣️ mount_fuji 🗻 mountain ⛰️ mountain_bicyclist 🚵 mountain_railway 🚞 mouse 🐁
mouse2 🐁 mouse_trap 🪤 movie_camera 🎥 moyai 🗿 muscle 💪 mushroom 🍄 musical_keyboard 🎹 musical_note 🎵
musical_score 🎼 mute 🔇 nail_care 💅 name_badge 📛 national_park 🏞️ nauseated_face 🤢 nazar_amulet 🧿
necktie 👔 negative_squared_cross_mark ❎ nerd_face 🤓 nest_with_eggs 🪺 neutral_face 😐 new 🆕 new_moon 🌑
new_moon_with_face 🌚 newspaper 📰 ng 🆖 night_with_stars 🌃 nine 9️⃣ no_bell 🔕 no_bicycles 🚳 no_entry ⛔
no_entry_sign 🚫 no_good 🙅 no_mobile_phones 📵 no_mouth 😶 no_pedestrians 🚷 no_smoking 🚭
non-potable_water 🚱 nose 👃 notebook 📓 notebook_with_decorative_cover 📔 notes 🎶 nut_and_bolt 🔩 o ⭕ o2 🅾️
ocean 🌊 octagonal_sign 🛑 octopus 🐙 oden 🍢 office 🏢 oil_drum 🛢️ ok 🆗 ok_hand 👌 ok_woman 🙆‍♀️ old_key 🗝️
older_man 👴 older_woman 👵 olive 🫒 on 🔛 oncoming_automobile 🚘 one 1️⃣ onion 🧅 open_book 📖
open_file_folder 📂 open_hands 👐 open_mouth 😮 ophiuchus ⛎ orange_book 📙 orange_heart 🧡 orangutan 🦧
otter 🦦 outbox_tray 📤 owl 🦉 ox 🐂 package 📦 page_facing_up 📄 page_with_curl 📃 pager 📟 palm_tree 🌴
palms_up_together 🤲 pancakes 🥞 panda_face 🐼 paperclip 📎 parachute 🪂 parrot 🦜 part_alternation_mark 〽️
partly_sunny ⛅ partying_face 🥳 passport_control 🛂 pause_button ⏸️ paw_prints 🐾 peace_symbol ☮️ peach 🍑
peacock 🦚 peanuts 🥜 pear 🍐 pencil 📝 pencil2 ✏️ penguin 🐧 pensive 😔 people_holding_hands 🧑‍🤝‍🧑
performing_arts 🎭 persevere 😣 person_doing_cartwheel 🤸 person_in_lotus_position 🧘
person_with_blond_hair 👱 petri_dish 🧫 phone ☎️ pick ⛏️ pie 🥧 pig 🐖 pig_nose 🐽 pill 💊 pinata 🪅
pinched_fingers 🤌 pinching_hand 🤏 pineapple 🍍 pizza 🍕 placard 🪧 place_of_worship 🛐 plunger 🪠
point_down 👇 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 polar_bear 🐻‍❄️ police_car 🚓 poodle 🐩
poop 💩 popcorn 🍿 post_office 🏣 postal_horn 📯 postbox 📮 potable_water 🚰 potato 🥔 pouch 👝 poultry_leg 🍗
pound 💷 pouring_liquid 🫗 pouting_cat 😾 pray 🙏 prayer_beads 📿 pretzel 🥨 prince 🤴 princess 👸 printer 🖨️
probing_cane 🦯 puffer_fish 🐡 punch 👊 purple_heart 💜 purse 👛 pushpin 📌 put_litter_in_its_place 🚮
question ❓ rabbit 🐇 rabbit2 🐇 raccoon 🦝 racehorse 🐎 racing_car 🏎️ racing_motorcycle 🏍️ radio 📻
radio_button 🔘 radioactive_sign ☢️ rage 😡 railway_car 🚃 railway_track 🛤️ rainbow 🌈 raised_back_of_hand 🤚
raised_hand ✋ raised_hand_with_fingers_splayed 🖐️ raised_hands 🙌 raising_hand 🙋 ram 🐏 ramen 🍜 rat 🐀
razor 🪒 receipt 🧾 recycle ♻️ red_car 🚗 red_circle 🔴 red_envelope 🧧 registered ®️ relaxed ☺️ relieved 😌
repeat 🔁 repeat_one 🔂 restroom 🚻 rewind ⏪ rhinoceros 🦏 ribbon 🎀 rice 🍚 ring 💍 ringed_planet 🪐
robot_face 🤖 rock 🪨 rocket 🚀 roll_of_paper 🧻 roller_coaster 🎢 rolling_on_the_floor_laughing 🤣 rose 🌹
rosette 🏵️ rotating_light 🚨 round_pushpin 📍 rowboat 🚣 rugby_football 🏉 runner 🏃 running 🏃 sa 🈂️
safety_pin 🧷 safety_vest 🦺 sailboat ⛵ salt 🧂 saluting_face 🫡 sandal 👡 sandwich 🥪 santa 🎅 satellite 🛰️
satellite_antenna 📡 satisfied 😆 sauropod 🦕 saxophone 🎷 scales ⚖️ scarf 🧣 school 🏫 school_satchel 🎒
scientist 🧑‍🔬 scissors ✂️ scooter 🛴 scorpion 🦂 scream 😱 scream_cat 🙀 screwdriver 🪛 scroll 📜 seal 🦭
seat 💺 second_place_medal 🥈 secret ㊙️ see_no_evil 🙈 seedling 🌱 selfie 🤳 seven 7️⃣ shallow_pan_of_food 🥘
shamrock ☘️ shark 🦈 shaved_ice 🍧 sheep 🐑 shell 🐚 shield 🛡️ shinto_shrine ⛩️ ship 🚢 shirt 👕 shoe 👞
shopping_bags 🛍️ shopping_trolley 🛒 shorts 🩳 shower 🚿 shrimp 🦐 shrug 🤷 shushing_face 🤫 signal_strength 📶
simple_smile 🙂 six 6️⃣ six_pointed_star 🔯 skateboard 🛹 ski 🎿 skier ⛷️ skull 💀 skull_and_crossbones ☠️
sled 🛷 sleeping 😴 sleeping_accommodation 🛌 sleepy 😪 sleuth_or_spy 🕵️ slightly_frowning_face 🙁
slightly_smiling_face 🙂 slot_machine 🎰 sloth 🦥 small_airplane 🛩️ small_blue_diamond 🔹
small_orange_diamond 🔸 small_red_triangle 🔺 small_red_triangle_down 🔻 smile 😄 smile_cat 😸 smiley 😃
smiley_cat 😺 smiling_face_with_3_hearts 🥰 smiling_face_with_tear 🥲 smirk 😏 smirk_cat 😼 smoking 🚬 snail 🐌
snake 🐍 sneezing_face 🤧 snow_capped_mountain 🏔️ snow_cloud 🌨️ snowboarder 🏂 snowflake ❄️ snowman ☃️
soap 🧼 sob 😭 soccer ⚽ softball 🥎 soon 🔜 sos 🆘 sound 🔉 space_invader 👾 spades ♠️ spaghetti 🍝 sparkle ❇️
sparkler 🎇 sparkles ✨ sparkling_heart 💖 speak_no_evil 🙊 speaker 🔈 speaking_head_in_silhouette 🗣️
speech_balloon 💬 speedboat 🚤 spider 🕷️ spider_web 🕸️ spiral_calendar_pad 🗓️ spiral_note_pad 🗒️
spock-hand 🖖 sponge 🧽 spoon 🥄 sports_medal 🏅 squid 🦑 stadium 🏟️ star ⭐ star-struck 🤩 star2 🌟
star_and_crescent ☪️ stars 🌠 station 🚉 statue_of_liberty 🗽 steam_locomotive 🚂 stethoscope 🩺 stew 🍲
stop_button ⏹️ stopwatch ⏱️ straight_ruler 📏 strawberry 🍓 stuck_out_tongue 😛 studio_microphone 🎙️
stuffed_flatbread 🥙 sun_with_face 🌞 sunflower 🌻 sunglasses 😎 sunny ☀️ sunrise 🌅 sunrise_over_mountains 🌄
superhero 🦸 supervillain 🦹 surfer 🏄 sushi 🍣 swan 🦢 sweat 😓 sweat_drops 💦 sweat_smile 😅 sweet_potato 🍠
swimmer 🏊 symbols 🔣 synagogue 🕍 syringe 💉 t-rex 🦖 table_tennis_paddle_and_ball 🏓 taco 🌮 tada 🎉
takeout_box 🥡 tamale 🫔 tanabata_tree 🎋 tangerine 🍊 taxi 🚕 tea 🍵 teapot 🫖 teddy_bear 🧸 telephone ☎️
telephone_receiver 📞 telescope 🔭 tennis 🎾 tent ⛺ test_tube 🧪 the_horns 🤘 thermometer 🌡️ thinking_face 🤔
third_place_medal 🥉 thong_sandal 🩴 thought_balloon 💭 thread 🧵 three 3️⃣ three_button_mouse 🖱️
thumbsdown 👎 thumbsup 👍 thunder_cloud_and_rain ⛈️ ticket 🎫 tiger 🐅 tiger2 🐅 timer_clock ⏲️ tired_face 😫
tm ™️ toilet 🚽 tokyo_tower 🗼 tomato 🍅 tongue 👅 toolbox 🧰 tooth 🦷 toothbrush 🪥 top 🔝 tophat 🎩 tornado 🌪️
trackball 🖲️ tractor 🚜 traffic_light 🚥 train 🚆 train2 🚆 tram 🚊 triangular_flag_on_post 🚩
triangular_ruler 📐 trident 🔱 triumph 😤 trolleybus 🚎 trophy 🏆 tropical_drink 🍹 tropical_fish 🐠 truck 🚚
trumpet 🎺 tulip 🌷 tumbler_glass 🥃 turkey 🇹🇷 turtle 🐢 tv 📺 twisted_rightwards_arrows 🔀 two 2️⃣
two_hearts 💕 two_men_holding_hands 👬 umbrella ☂️ umbrella_with_rain_drops ☔ unamused 😒 underage 🔞
unicorn_face 🦄 unlock 🔓 up 🆙 upside_down_face 🙃 v ✌️ vampire 🧛 vertical_traffic_light 🚦 vhs 📼
vibration_mode 📳 video_camera 📹 video_game 🎮 violin 🎻 volcano 🌋 volleyball 🏐 vs 🆚 waffle 🧇 walking 🚶
waning_crescent_moon 🌘 waning_gibbous_moon 🌖 warning ⚠️ wastebasket 🗑️ watch ⌚ water_buffalo 🐃
water_polo 🤽 watermelon 🍉 wave 👋 waving_black_flag 🏴 waving_white_flag 🏳️ wavy_dash 〰️
waxing_crescent_moon 🌒 waxing_gibbous_moon 🌔 wc 🚾 weary 😩 wedding 💒 weight_lifter 🏋️ whale 🐳 whale2 🐋
wheel_of_dharma ☸️ wheelchair ♿ white_check_mark ✅ white_circle ⚪ white_flower 💮 white_frowning_face ☹️
white_heart 🤍 white_large_square ⬜ white_medium_square ◻️ white_small_square ▫️ white_square_button 🔳
wilted_flower 🥀 wind_blowing_face 🌬️ wind_chime 🎐 window 🪟 wine_glass 🍷 wink 😉 wolf 🐺 woman 👩
womans_clothes 👚 womans_hat 👒 womens 🚺 wood 🪵 woozy_face 🥴 world_map 🗺️ worm 🪱 worried 😟 wrench 🔧
writing_hand ✍️ x ❌ yarn 🧶 yawning_face 🥱 yellow_heart 💛 yen 💴 yin_yang ☯️ yo-yo 🪀 yum 😋 zany_face 🤪
zap ⚡ zebra_face 🦓 zero 0️⃣ zipper_mouth_face 🤐 zombie 🧟 zzz 💤
`;

const words = PAIRS.trim().split(/\s+/);

/** Characters by short name. */
export const CHARACTERS = new Map();
for (let at = 0; at < words.length; at += 2) CHARACTERS.set(words[at], words[at + 1]);
